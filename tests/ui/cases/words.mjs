// Files of words that come with the pages that show them, besides those of every page and of a panel.
export const ON_DEMAND = ["account", "mass-order", "money", "reseller", "news", "tickets", "order", "servers"];
