// A script for a tab that hears of a withdrawal made in another: "at once" without a stopwatch.

/**
 * No timer and no frame of this tab ever comes, as in one that the browser holds back, so nothing can poll. Notes in
 * which event's handler the withdrawal came to act, where it outlives the reload.
 */
export function byEventsAlone() {
  for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) window[name] = () => 1;
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (type, hear, ...rest) {
    const watched = (event) => {
      const before = window.volens.has?.("analytics");
      hear.call(this ?? window, event);
      if (before && !window.volens.has("analytics")) sessionStorage.setItem("test.acted", event.type);
    };
    add.call(this ?? window, type, ["storage", "change"].includes(type) ? watched : hear, ...rest);
  };
}
