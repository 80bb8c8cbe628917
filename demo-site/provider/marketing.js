// What an advertising company's tag does. Served from another origin than the page it runs in.
(() => {
  document.cookie = `_nvm_autumn26=${Math.floor(Date.now() / 1000)}; Path=/; Max-Age=${90 * 86400}; SameSite=Lax`;

  const seen = new Set(JSON.parse(sessionStorage.getItem("nvm.seen") ?? "[]"));
  const fresh = !seen.has(location.pathname);
  sessionStorage.setItem("nvm.seen", JSON.stringify([...seen.add(location.pathname)]));

  const opening = indexedDB.open("nvm-audience", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("interest", { keyPath: "page" });
  opening.onsuccess = () => {
    const database = opening.result;
    database.onversionchange = () => database.close();
    const writing = database.transaction("interest", "readwrite");
    writing.objectStore("interest").put({ page: location.pathname, at: Date.now() });
    writing.oncomplete = () => database.close();
  };

  fetch(new URL("collect", document.currentScript.src), {
    method: "POST", mode: "no-cors", credentials: "include", keepalive: true,
    body: JSON.stringify({ page: location.pathname, fresh }),
  }).catch(() => {});
})();
