// What a statistics provider would send: it runs only where the visitor has agreed.
document.cookie = "_stats=1; Path=/; Max-Age=31536000";
window.statsRan = (window.statsRan ?? 0) + 1;
