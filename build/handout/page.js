"use strict";
(() => {
  const at = (id) => document.getElementById(id);
  const { words, known } = JSON.parse(at("words").textContent);
  const files = [...document.querySelectorAll(".file")];
  let language = "en";

  // Words, in the visitor's language.
  const fill = (text, values, others) =>
    text.replace(/\{(\w+)\}/g, (_, name) => (name in values ? values[name] : fill(others[name], values, {})));
  const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
  const fitting = (text, size, width) => {
    const needed = size * [...text].reduce((sum, sign) => sum + (wide.test(sign) ? 1 : 0.58), 0);
    return needed <= width ? size : Math.max(7, Math.round((10 * size * width) / needed) / 10);
  };
  const megabytes = (bytes) => {
    const [amount, unit] = bytes >= 1e5 ? [bytes / 1e6, "megabyte"] : [bytes / 1e3, "kilobyte"];
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return new Intl.NumberFormat(language, { style: "unit", unit, ...digits }).format(amount);
  };

  function speak(tag) {
    language = tag;
    document.documentElement.lang = tag;
    at("language").value = tag;
    const own = words[tag];
    for (const one of document.querySelectorAll("[data-word]")) {
      const values = { ...known, ...JSON.parse(one.dataset.values || "{}") };
      if (one.dataset.system) values.system = own[one.dataset.system];
      const text = fill(own[one.dataset.word], values, own);
      one.textContent = text;
      if (one.dataset.size) one.setAttribute("font-size", fitting(text, Number(one.dataset.size), Number(one.dataset.width)));
    }
    for (const one of document.querySelectorAll("[data-bytes]")) one.textContent = megabytes(Number(one.dataset.bytes));
    const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
    for (const one of document.querySelectorAll("time")) one.textContent = day.format(new Date(one.dateTime));
  }

  function wanted() {
    const begins = (tag, with_) => tag.toLowerCase().split("-")[0] === with_.toLowerCase().split("-")[0];
    for (const asked of navigator.languages || [navigator.language || "en"]) {
      const found = Object.keys(words).find((tag) => begins(tag, asked));
      if (found) return found;
    }
    return "en";
  }

  // The visitor's system, and the files for it.
  async function look() {
    const agent = navigator.userAgent;
    const told = navigator.userAgentData;
    const phone = /Android|iPhone|iPad|iPod|Mobile/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
    const name = `${(told && told.platform) || ""} ${agent}`;
    const system = /Windows/.test(name) ? "windows" : /mac ?OS|Macintosh/i.test(name) ? "macos" : /Linux/.test(name) && !/CrOS/.test(name) ? "linux" : "";
    let machine = /aarch64|arm64/i.test(agent) ? "arm64" : "";
    if (told && told.getHighEntropyValues) {
      try {
        const { architecture } = await told.getHighEntropyValues(["architecture"]);
        machine = { arm: "arm64", x86: "x86_64" }[architecture] || machine;
      } catch { /* It would rather not say. */ }
    }
    return { phone, system, machine, agent };
  }

  const firstOf = (some, ...endings) => endings.map((ending) => some.find((one) => one.dataset.ending === ending)).find(Boolean);

  function forMac(own, machine) {
    const best = (wish) => firstOf(own.filter((one) => one.dataset.machine === wish), ".dmg", ".zip");
    const both = [best("arm64"), best("x86_64")].filter(Boolean);
    if (machine === "x86_64") return [best("x86_64")].filter(Boolean);
    return machine && best(machine) ? [best(machine)] : both;
  }

  function forLinux(own, machine, agent) {
    const same = (one) => (one.dataset.machine === "aarch64" ? "arm64" : one.dataset.machine) === (machine || "x86_64");
    const fitted = own.filter(same);
    const anywhere = firstOf(fitted, ".AppImage", ".tar.gz");
    const deb = firstOf(fitted, ".deb");
    if (/Ubuntu|Debian|Mint/.test(agent) && deb) return [deb];
    if (/Fedora|SUSE|Red Hat/i.test(agent)) return [firstOf(fitted, ".rpm") || anywhere || deb].filter(Boolean);
    return [deb, anywhere || firstOf(fitted, ".rpm")].filter(Boolean);
  }

  function offer({ phone, system, machine, agent }) {
    at("offered").hidden = false;
    const own = files.filter((one) => one.dataset.system === system);
    let best = [];
    if (!phone && system === "windows") best = [firstOf(own, "-setup.exe", ".zip", ".exe")].filter(Boolean);
    if (!phone && system === "macos") best = forMac(own, machine);
    if (!phone && system === "linux") best = forLinux(own, machine, agent);
    at("phone").hidden = !phone;
    at("nothing").hidden = phone || best.length > 0;
    at("which-mac").hidden = system !== "macos" || best.length < 2;
    at("which-linux").hidden = system !== "linux" || best.length < 2;
    best.forEach((one) => at("chosen").append(one));
    if (best.length === 1) best[0].querySelector(".how").open = true;
    const rest = files.some((one) => !best.includes(one));
    if (best.length) at("others-title").dataset.word = "other_files";
    at("others-title").hidden = !rest;
    at("others").hidden = !rest && !document.querySelector(".sums");
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".get");
    if (link) link.closest(".file").querySelector(".how").open = true;
  });
  at("language").addEventListener("change", () => speak(at("language").value));
  at("send").addEventListener("click", async () => {
    try {
      if (navigator.share) return await navigator.share({ title: document.title, url: location.href });
      await navigator.clipboard.writeText(location.href);
      at("sent").textContent = words[language].phone_sent;
    } catch { /* Nothing was sent. */ }
  });

  at("chooser").hidden = false;
  look().then((found) => {
    offer(found);
    speak(wanted());
    document.documentElement.dataset.ready = found.phone ? "phone" : found.system || "other";
  });
})();
