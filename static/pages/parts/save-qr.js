// @ts-check
// The code of a deposit as a picture that a phone keeps: its bank's app reads it from there.

import { html } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { Button } from "../../ui/button.js";

/** With an empty margin around, without which a code is not found in a picture. */
const SIZE = 720;
const MARGIN = 60;

/** @param {string} url @returns {Promise<Blob>} a PNG: galleries of phones keep no SVG */
async function drawn(url) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const ink = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  ink.fillStyle = "#ffffff";
  ink.fillRect(0, 0, SIZE, SIZE);
  ink.imageSmoothingEnabled = false;
  ink.drawImage(picture, MARGIN, MARGIN, SIZE - 2 * MARGIN, SIZE - 2 * MARGIN);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"),
  );
}

/** @param {{deposit: any}} props */
export function SaveQr({ deposit: { qr_url, code } }) {
  const save = async () => {
    const href = URL.createObjectURL(await drawn(qr_url));
    const link = Object.assign(document.createElement("a"), { href, download: `${code}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  };
  return html`<${Button} icon="download" work=${save}>${t("deposit.save_qr")}<//>`;
}
