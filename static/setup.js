// @ts-check
// The page behind the first-run link: sends the one-time token and the first administrator's data.
// The token stands after the `#`, so that it reaches neither a proxy's log nor a Referer header.

const FIELDS = ["username", "email", "password"];

/** What the panel's codes mean here; anything else shows the answer's own sentence. */
const MEANING = {
  forbidden: "Mã thiết lập không đúng hoặc đã cũ, hãy lấy liên kết mới. · The set-up code is wrong or outdated.",
  not_found: "Quản trị viên đã được tạo, trang này không còn dùng nữa. · The panel is already set up.",
  username_taken: "Tên đăng nhập này đã có. · This user name is taken.",
  email_taken: "E-mail này đã có. · This e-mail is taken.",
};
const UNREACHABLE = "Không kết nối được máy chủ, hãy thử lại. · The server cannot be reached, try again.";

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const input = (id) => /** @type {HTMLInputElement} */ (element(id));
const form = /** @type {HTMLFormElement} */ (element("form"));
const token = location.hash.slice(1);

/** Shows what is wrong, each sentence beside its field, and moves the focus to the first.
 * @param {{field: string, message: string}[]} errors @param {string} [otherwise] */
function showErrors(errors, otherwise = "") {
  for (const name of FIELDS) {
    const messages = errors.filter((error) => error.field === name).map((error) => error.message);
    element(`${name}-error`).textContent = messages.join(" ");
    input(name).setAttribute("aria-invalid", String(messages.length > 0));
  }
  const elsewhere = errors.filter((error) => !FIELDS.includes(error.field)).map((error) => error.message);
  element("form-error").textContent = elsewhere.join(" ") || otherwise;
  const first = FIELDS.find((name) => errors.some((error) => error.field === name));
  if (first) input(first).focus();
}

async function submit() {
  const values = Object.fromEntries(FIELDS.map((name) => [name, input(name).value]));
  const answer = await fetch("/api/setup", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token, ...values }),
  });
  const body = await answer.json();
  if (!answer.ok) {
    const taken = /^(username|email)_taken$/.exec(body.code);
    const sentence = MEANING[body.code] ?? body.detail ?? body.title;
    const errors = body.errors ?? (taken ? [{ field: taken[1], message: sentence }] : []);
    return showErrors(errors, errors.length ? "" : sentence);
  }
  history.replaceState(null, "", location.pathname);
  element("done-name").textContent = body.user.username;
  form.hidden = true;
  element("done").hidden = false;
}

element(token ? "form" : "no-token").hidden = false;
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  button.disabled = true;
  showErrors([]);
  await submit().catch(() => showErrors([], UNREACHABLE));
  button.disabled = false;
});
