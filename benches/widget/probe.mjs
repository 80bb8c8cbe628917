// Runs in every page before its own scripts, the same for all: when the banner can be seen and when it is gone, what
// moved, and what kept the main thread. Written as one function because Playwright sends its source to the page.

/** `button`: the selector of "reject"; `center`: that of the opened settings. */
export function probe({ button, center }) {
  const seen = { moved: [], tasks: [], inputs: [], wasm: [] };
  window.bench = seen;

  const observe = (type, take, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options });
  observe("paint", ({ name, startTime }) => name === "first-contentful-paint" && (seen.painted = startTime));
  observe("layout-shift", ({ value, hadRecentInput, startTime, sources }) => {
    const from = ({ node, previousRect, currentRect }) => [node?.className || node?.nodeName, node?.textContent.slice(0, 40), previousRect, currentRect];
    seen.moved.push({ value, startTime, hadRecentInput, sources: sources.map(from) });
  });
  observe("longtask", ({ startTime, duration }) => seen.tasks.push({ startTime, duration }));
  const input = ({ name, startTime, duration, interactionId }) => seen.inputs.push({ name, startTime, duration, interactionId });
  observe("event", input, { durationThreshold: 16 });
  observe("first-input", input);

  // Between these calls and their results lies the start of WASM, which is looked at apart.
  for (const name of ["instantiate", "instantiateStreaming", "compile", "compileStreaming"]) {
    const before = WebAssembly[name];
    WebAssembly[name] = async (...words) => {
      const start = performance.now();
      try {
        return await before.apply(WebAssembly, words);
      } finally {
        seen.wasm.push({ start, end: performance.now() });
      }
    };
  }

  const shows = (selector) => {
    const one = selector && document.querySelector(selector);
    if (!one) return false;
    const { width, height, top, left, bottom, right } = one.getBoundingClientRect();
    const inside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
    // Without the "all ancestors" forms a banner that fades in would count only once it has.
    return width > 0 && height > 0 && inside && one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };

  addEventListener("pointerup", ({ timeStamp }) => (seen.tapped = timeStamp), true);

  // What one frame found is on the screen when the next begins.
  const due = new Set();
  const frame = () => {
    const now = performance.now();
    for (const name of due) seen[name] ??= now;
    due.clear();
    if (shows(button)) due.add("visible");
    else if (seen.tapped && "visible" in seen) due.add("gone");
    if (seen.tapped && shows(center)) due.add("opened");
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}
