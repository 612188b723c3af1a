// @ts-check
import { t } from "../../lib/i18n.js";

/** What stands in the place of an order's link: a link, or a user name. @param {string} link */
export const linkLabel = (link) => t(`order_field.${/^https?:/i.test(link) ? "link" : "username"}`);
