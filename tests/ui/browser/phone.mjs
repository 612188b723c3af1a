// What a page looks like to a thumb: how much of a list is seen at once, how large what is touched, what moves.

/** Rows of a list that are seen whole above the bar at the foot. @param {any} page */
export const wholeRows = (page) =>
  page.evaluate(() => {
    const foot = document.querySelector(".tabbar")?.getBoundingClientRect();
    const end = foot?.height ? foot.top : innerHeight;
    const rows = [...document.querySelectorAll("main tbody tr")].filter((row) => row.querySelector("td"));
    return rows.filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return top >= 0 && bottom <= end;
    }).length;
  });

/** What is touched on less than 44 px by 44, where it is seen; links within a text may be lower. @param {any} page */
export const small = (page) =>
  page.evaluate(() => {
    const above = document.querySelector("dialog[open]") ?? document;
    const kinds = "a[href], button, select, summary, input:not([type=hidden]), [role=combobox]";
    const within = (one) => one.closest("p, dd, li:not(.nav-item), .foot, .alert, .form-hint, .skip, label");
    // What the bars at the foot cover is scrolled to first.
    const bars = [...document.querySelectorAll(".tabbar, .pay")].map((bar) => bar.getBoundingClientRect());
    const isBehind = (y) => bars.some(({ height, top, bottom }) => height && y + 22 > top && y < top && bottom > top);
    const found = [];
    for (const one of above.querySelectorAll(kinds)) {
      const { left, right, top, bottom, width, height } = one.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      if (!width || y < 22 || y > innerHeight - 22 || x < 22 || x > innerWidth - 22 || within(one) || isBehind(y))
        continue;
      const hit = (dx, dy) => {
        const at = document.elementFromPoint(x + dx, y + dy);
        return at && (one === at || one.contains(at) || at.contains(one.closest("label")));
      };
      // Beneath something else, or scrolled out of its box.
      if (!hit(0, 0)) continue;
      // Half of 44, less what a browser rounds.
      const half = 21;
      if (![hit(0, -half), hit(0, half), width >= 44 || (hit(-half, 0) && hit(half, 0))].every(Boolean))
        found.push(`${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 120)}`);
    }
    return found;
  });

/** Has the page add up what moves by itself; before it is opened. @param {any} page */
export const watchShifts = (page) =>
  page.addInitScript(() => {
    window.moved = { sum: 0, by: [] };
    new PerformanceObserver((list) => {
      for (const { value, hadRecentInput, sources } of list.getEntries()) {
        if (hadRecentInput) continue;
        window.moved.sum += value;
        window.moved.by.push(sources.map(({ node }) => node?.outerHTML?.slice(0, 80)));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
