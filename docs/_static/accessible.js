// A box is a region that Tab reaches while it scrolls, and nothing of its own while it does not. The theme looks for such
// boxes when a page opens; what is folded then, or turned with the phone, is looked at here.
document.addEventListener("DOMContentLoaded", () => {
  const names = new Map();
  const watch = new ResizeObserver((entries) => {
    for (const { target: box } of entries) {
      const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
      const wanted = { tabindex: "0", role: "region", "aria-label": names.get(box) };
      for (const [name, value] of Object.entries(wanted)) {
        if (scrolls) box.setAttribute(name, value);
        else box.removeAttribute(name);
      }
    }
  });
  for (const box of document.querySelectorAll("[role=region][tabindex]")) {
    names.set(box, box.getAttribute("aria-label"));
    watch.observe(box);
  }
});

// The contents of a page, where they lie over it, make way for what was chosen in them.
document.addEventListener("click", ({ target }) => target.closest("dialog a[href^='#']")?.closest("dialog").close());
