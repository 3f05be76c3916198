// What a page elsewhere can try with a browser that has the victim's cookies. Each technique asks for a
// path with a mark of its own, and returns whatever it could learn.
(async (app, marks) => {
  const within = (milliseconds, promise) =>
    Promise.race([promise, new Promise(done => setTimeout(() => done(""), milliseconds))]);
  const element = (name, attributes) => {
    const made = Object.assign(document.createElement(name), attributes);
    return new Promise(done => {
      made.onload = () => done(made);
      made.onerror = () => done(null);
      document.body.append(made);
    });
  };
  const form = (method, action) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    frame.name = "frame" + Math.random();
    const made = document.body.appendChild(
      Object.assign(document.createElement("form"), { method, action, target: frame.name }));
    made.innerHTML = '<input name="a" value="1">';
    const loaded = new Promise(done => { frame.onload = () => done(inside(frame)); });
    made.submit();
    return loaded;
  };
  const inside = frame => {
    try { return frame.contentDocument.body.innerText } catch (error) { return "" }
  };
  const read = (path, options) =>
    fetch(app + path, { credentials: "include", ...options }).then(answer => answer.text());

  const techniques = {
    "a video": mark => new Promise(done => {
      const made = Object.assign(document.createElement("video"), { src: `${app}/write/${mark}`, preload: "auto" });
      made.onloadeddata = () => done("a video");
      made.onerror = () => done("");
      document.body.append(made);
      made.load();
    }),
    "a fetch": mark => read(`/write/${mark}`),
    "a fetch that cannot read": mark => read(`/write/${mark}`, { method: "POST", mode: "no-cors", body: "a=1" }),
    "a fetch that asks first": mark => read(`/write/${mark}`, {
      method: "PUT", headers: { "Content-Type": "application/json" }, body: "{}" }),
    "an old request": mark => new Promise(done => {
      const asked = new XMLHttpRequest();
      asked.open("POST", `${app}/write/${mark}`);
      asked.withCredentials = true;
      asked.onloadend = () => done(asked.responseText);
      asked.send("a=1");
    }),
    "a form that is sent": mark => form("post", `${app}/write/${mark}`),
    "a form that asks": mark => form("get", `${app}/write/${mark}`),
    "a picture": async mark => {
      const loaded = await element("img", { src: `${app}/picture/${mark}` });
      return loaded ? `a picture, ${loaded.naturalWidth} wide` : "";
    },
    "a script": async mark => {
      await element("script", { src: `${app}/script/${mark}` });
      return globalThis.stolen || "";
    },
    "a module": async mark => { await import(`${app}/script/${mark}`); return globalThis.stolen || "a module" },
    "a style sheet": async mark =>
      await element("link", { rel: "stylesheet", href: `${app}/write/${mark}` }) ? "a style sheet" : "",
    "a stream of events": mark => new Promise(done => {
      const source = new EventSource(`${app}/stream/${mark}`, { withCredentials: true });
      source.onmessage = event => done(event.data);
      source.onerror = () => { source.close(); done("") };
    }),
    "a WebSocket": mark => new Promise(done => {
      const socket = new WebSocket(`${app.replace("http", "ws")}/write/${mark}`);
      socket.onopen = () => done("an open socket");
      socket.onerror = () => done("");
    }),
    "a frame": async mark => {
      const frame = await element("iframe", { src: `${app}/write/${mark}` });
      return frame ? inside(frame) : "";
    },
    "an object": async mark => {
      const made = await element("object", { data: `${app}/write/${mark}`, type: "text/html" });
      return made ? inside(made) : "";
    },
    "a window that it opens": async mark => {
      const opened = window.open(`${app}/write/${mark}`);
      await new Promise(done => setTimeout(done, 1500));
      opened.postMessage("tell me", "*");
      try { return opened.document.body.innerText } catch (error) { return "" } finally { opened.close() }
    },
    "a link that it follows": async mark => {
      Object.assign(document.createElement("a"), { href: `${app}/write/${mark}`, target: "_blank" }).click();
      return "";
    },
    "a download": async mark => {
      const kept = { href: `${app}/write/${mark}`, download: "x", target: "_blank" }; // ignored elsewhere: it leads there
      Object.assign(document.createElement("a"), kept).click();
      return "";
    },
    "a beacon": async mark => { navigator.sendBeacon(`${app}/write/${mark}`, "a=1"); return "" },
    "a page that is fetched beforehand": async mark => {
      await element("link", { rel: "prefetch", href: `${app}/write/${mark}` });
      return "";
    },
    "a service worker": async mark => {
      await navigator.serviceWorker.register(`${app}/script/${mark}`);
      return "a service worker";
    },
    "a worker": mark => new Promise(done => {
      const worker = new Worker(URL.createObjectURL(new Blob([
        `importScripts("${app}/script/${mark}"); postMessage(globalThis.stolen)`])));
      worker.onmessage = event => done(event.data);
      worker.onerror = () => done("");
    }),
  };

  const learnt = {};
  for (const [name, technique] of Object.entries(techniques)) {
    if (!(name in marks)) throw new Error(`no mark for ${name}`);
    learnt[name] = within(4000, Promise.resolve(marks[name]).then(technique)).catch(() => "");
    if (name === "a video") await learnt[name]; // browsers let films wait for whatever else a page asks for
  }
  for (const name in learnt) learnt[name] = String(await learnt[name] || "");
  return learnt;
})
