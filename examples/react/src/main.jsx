import { useEffect, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { has, showPreferences, watch } from "@volens/widget";

const useConsent = (purpose) =>
  useSyncExternalStore(
    watch,
    () => has(purpose),
    () => false,
  );

function usePath() {
  const [path, setPath] = useState(location.pathname);
  useEffect(() => {
    const follow = () => setPath(location.pathname);
    addEventListener("popstate", follow);
    return () => removeEventListener("popstate", follow);
  }, []);
  const go = (event) => {
    event.preventDefault();
    history.pushState(null, "", event.currentTarget.pathname);
    setPath(location.pathname);
  };
  return [path, go];
}

function App() {
  const [path, go] = usePath();
  const counted = useConsent("analytics");
  const [title, other, to] = path === "/other" ? ["Other", "Start", "/"] : ["Start", "Other", "/other"];
  return (
    <main>
      <h1>{title}</h1>
      <p id="counted">{counted ? "Visits are counted." : "Visits are not counted."}</p>
      <p>
        <a href={to} onClick={go}>
          {other}
        </a>
      </p>
      <button onClick={() => showPreferences()}>Cookies</button>
    </main>
  );
}

createRoot(document.querySelector("#root")).render(<App />);
