// A service of the usual type, as the API lists it.

const LINK = { name: "link", kind: "link", required: true };

export const service = (change = {}) => ({
  id: 7,
  name: "Tăng tim",
  category: "TikTok",
  description: "",
  type: "default",
  link_kind: "url",
  rate: "12000",
  rate_per: "thousand",
  min_quantity: 10,
  max_quantity: 1_000_000,
  active: true,
  fields: [LINK, { name: "quantity", kind: "integer", required: true, min: 10, max: 1_000_000 }],
  quantity_from: "quantity",
  times: null,
  ...change,
});

/** What makes it a package, a service with a list, a subscription, a poll. */
export const PACKAGE = { rate_per: "order", fields: [LINK], quantity_from: null };
export const LISTED = {
  fields: [LINK, { name: "usernames", kind: "lines", required: true, min: 2, max: 3 }],
  quantity_from: "usernames",
};
export const SUBSCRIPTION = {
  fields: [
    { name: "username", kind: "text", required: true },
    { name: "max", kind: "integer", required: true, min: 10, max: 1000 },
    { name: "posts", kind: "integer", required: true, min: 1, max: 1000 },
    { name: "old_posts", kind: "integer", required: false, min: 0, max: 1000 },
    { name: "expiry", kind: "date", required: true, min: 1, max: 90 },
  ],
  quantity_from: "max",
  posts_from: ["posts", "old_posts"],
};
export const POLL = {
  fields: [...service().fields, { name: "answer_number", kind: "integer", required: true, min: 1, max: 100 }],
};
