const [button, played, volume] = ["button", "progress", "input"].map((name) => document.querySelector(name));
let timer;
const remember = () => {
  try {
    localStorage.setItem("granit.volume", volume.value);
  } catch {
    // The browser keeps no storage for frames of other sites. The film plays all the same.
  }
};
try {
  volume.value = localStorage.getItem("granit.volume") ?? "6";
} catch {
  volume.value = "6";
}
remember();
volume.addEventListener("change", remember);
button.addEventListener("click", () => {
  const playing = document.body.classList.toggle("playing");
  button.setAttribute("aria-pressed", String(playing));
  clearInterval(timer);
  if (playing) timer = setInterval(() => { played.value = (played.value + 1) % 60; }, 1000);
});
