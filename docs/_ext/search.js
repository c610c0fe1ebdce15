// A browser does not let a page that was opened from a folder read others, which excerpts of these would need.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

const cutChinese = (text) => {
  const { terms, titleterms } = Search._index;
  const known = (word) => Object.hasOwn(terms, word) || Object.hasOwn(titleterms, word);
  const found = [];
  for (let start = 0; start < text.length; start += 1) {
    let end = text.length;
    while (end > start + 1 && !known(text.slice(start, end))) end -= 1;
    if (end > start + 1) {
      found.push(text.slice(start, end));
      start = end - 1;
    }
  }
  return found.length ? found : [text];
};

var splitQuery = (query) =>
  (query.match(/[\u3400-\u9fff]+|(?:(?![\u3400-\u9fff])[\p{L}\p{N}_])+/gu) ?? []).flatMap((piece) =>
    /[\u3400-\u9fff]/.test(piece) ? cutChinese(piece) : [piece],
  );

// First the city that is asked for, then notebooks and what explains them, other cities, records, and the library.
const PLACES = [/^docs\/api/, /^(corpus|data)/, /^cities/, /^(index$|notebooks|docs)/];
Scorer.score = ([name, title, , , score]) => {
  const asked = new URLSearchParams(location.search).get("q").trim().toLowerCase();
  const place = PLACES.findIndex((pattern) => pattern.test(name));
  return score + 100 * (/^cities/.test(name) && title.toLowerCase().includes(asked) ? PLACES.length : place);
};

// Excerpts are of the article, without the theme's buttons around it.
Search.htmlToText = (markup) => {
  const spaced = markup.replace(/<\/(td|th|li|p|dt|h\d)>/g, " $&");
  const article = new DOMParser().parseFromString(spaced, "text/html").querySelector("article");
  article?.querySelectorAll(".headerlink, script, style, svg, .cell_input, h1").forEach((part) => part.remove());
  return (article?.textContent ?? "").replace(/\s+/g, " ");
};

Object.assign(Documentation.TRANSLATIONS, {
  "Search Results": "Search Results 搜索结果",
  "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
    "No page has this. 没有符合的页面。",
  "Search finished, found one page matching the search query.": [
    "Pages found 找到页数: 1",
    "Pages found 找到页数: ${resultCount}",
  ],
});
