// Small words for writing a page.

/** Make an element with attributes and children; a text child stays text. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Find the child with a class. */
export const at = (parent, name) => parent.querySelector(`.${name}`);

/** Write a number of bytes as the server does. */
export function size(bytes) {
  if (typeof bytes !== "number") return "?";
  if (bytes < 1000) return `${bytes} bytes`;
  for (const unit of ["kB", "MB", "GB"]) {
    bytes /= 1000;
    if (bytes < 999.5 || unit === "GB") return `${bytes < 9.95 ? bytes.toFixed(1) : Math.round(bytes)} ${unit}`;
  }
}

/** Write how long something took. */
export function seconds(count) {
  if (typeof count !== "number") return "";
  if (count < 9.95) return `${count.toFixed(1)} s`;
  if (count < 99.5) return `${Math.round(count)} s`;
  return `${Math.floor(count / 60)} min ${Math.round(count % 60)} s`;
}
