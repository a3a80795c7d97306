// The console's field for a code from the phone: says what of it is there, and fills it by the computer's camera.
// The decoder (zxing-wasm) is fetched when the camera is opened first. No picture leaves this page, and none is kept.
(() => {
  const field = document.querySelector("[data-symbols]");
  const place = document.querySelector("[data-camera]");
  if (!field || !place) return;
  const part = (name) => document.querySelector(`[data-${name}]`);
  const [told, said, video] = ["symbols-told", "camera-told", "camera-picture"].map(part);
  const [open, stop, clear] = ["camera-open", "camera-stop", "symbols-clear"].map(part);
  const EVERY = 150, QUIET = 120000;

  const named = (numbers) => numbers.map((number) => `${number}つめ`).join("と");
  const WRONG = {
    other: "ちがう人か、ちがう入力のQRコードがまざっています。", damaged: "正しく読めていないQRコードがあります。",
    version: "この画面では読めない版のQRコードです。", code: "QRコードのほかに、ちがう文字が入っています。", foreign: "QRコードのほかに、ちがう文字が入っています。",
  };
  const NOT_TAKEN = {
    other: "ちがう人か、ちがう入力のQRコードです。入れませんでした。", beside: "欄に、ほかの番号が入っています。使わないときは、欄を空にしてください。",
    damaged: "QRコードが、こわれています。入れませんでした。", version: "この画面では読めない版のQRコードです。入れませんでした。",
    foreign: "窓口で使うコードではありません。入れませんでした。",
  };
  const REFUSED = {
    NotAllowedError: "カメラを使うことが、許されていません。ブラウザの設定で許すか、コードを打ちこんでください。",
    NotFoundError: "この端末には、カメラがありません。コードを打ちこむか、読み取り機を使ってください。",
    NotReadableError: "カメラを、ほかのソフトが使っています。それを閉じるか、コードを打ちこんでください。",
  };
  const CANNOT = "この端末では、カメラで読めません。コードを打ちこむか、読み取り機を使ってください。";
  const say = (where, words) => { if (where.textContent !== words) where.textContent = words; };

  const look = () => {
    const { have, missing, count, wrong } = symbols.look(field.value);
    clear.hidden = !field.value.trim();
    if (wrong) say(told, `${WRONG[wrong]}欄を空にして、はじめから読み取ってください。`);
    else if (!count) say(told, "");
    else if (missing.length) say(told, `${count}つのうち、${named(have)}を読みました。残りは、${named(missing)}です。`);
    else say(told, count > 1 ? `${count}つとも、読みました。` : "QRコードを読みました。");
    return count > 0 && !missing.length && !wrong;
  };
  // A reader types for a second or more: what it has not finished is not called wrong.
  let typing = 0;
  field.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(look, 500); });
  clear.addEventListener("click", () => { field.value = ""; look(); field.focus(); });

  let stream = null, decode = null, since = 0, turn = 0;
  const decoder = () => new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = `${place.dataset.camera}/reader.js`;
    script.addEventListener("load", done);
    script.addEventListener("error", () => { script.remove(); fail(new Error("no decoder")); });
    document.head.append(script);
  }).then(async () => {
    await ZXingWASM.prepareZXingModule({ fireImmediately: true, overrides: { locateFile: () => `${place.dataset.camera}/reader.wasm` } });
    return (picture) => ZXingWASM.readBarcodes(picture, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 4 });
  });

  const close = (words) => {
    turn += 1;
    if (stream) for (const track of stream.getTracks()) track.stop();
    stream = video.srcObject = null;
    video.hidden = stop.hidden = true;
    open.hidden = false;
    say(said, words);
  };
  const take = (text) => {
    const { typed, is } = symbols.add(field.value, text);
    if (is === "again") return;
    if (is !== "taken") { say(said, NOT_TAKEN[is]); return; }
    since = Date.now();
    field.value = typed;
    say(said, "");
    if (look() || !symbols.look(typed).count) { close("読み終わったので、カメラを止めました。"); open.focus(); }
  };
  const watch = async (mine) => {
    const canvas = document.createElement("canvas");
    const drawn = canvas.getContext("2d", { willReadFrequently: true });
    while (mine === turn) {
      if (video.videoWidth) {
        [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
        drawn.drawImage(video, 0, 0);
        const found = await decode(drawn.getImageData(0, 0, canvas.width, canvas.height));
        for (const { text } of found) if (mine === turn) take(text);
      }
      if (mine === turn && Date.now() - since > QUIET) close("しばらく読めなかったので、カメラを止めました。");
      await new Promise((done) => { setTimeout(done, EVERY); });
    }
  };
  const begin = async () => {
    const mine = turn += 1;
    open.hidden = true;
    stop.hidden = false;
    stop.focus();
    say(said, "カメラの用意をしています。");
    try {
      // The rear camera of a tablet; 970 letters in one symbol need a fine picture.
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } } });
      if (mine !== turn || document.hidden) {
        for (const track of opened.getTracks()) track.stop();
        if (mine === turn) close("カメラを止めました。");
        return;
      }
      stream = video.srcObject = opened;
      for (const track of opened.getTracks()) track.addEventListener("ended", () => { if (mine === turn) close(REFUSED.NotFoundError); });
      video.hidden = false;
      await video.play();
      decode = decode || await decoder();
      if (mine !== turn) return;
      since = Date.now();
      say(said, "QRコードを、カメラの前にかざしてください。");
      await watch(mine);
    } catch (error) {
      if (mine === turn) { close(REFUSED[error.name] || CANNOT); open.focus(); }
    }
  };

  open.addEventListener("click", begin);
  stop.addEventListener("click", () => { close("カメラを止めました。"); open.focus(); });
  // Another page, another window in front, or the browser's back button: nobody looks at the camera then.
  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) close("カメラを止めました。"); });
  window.addEventListener("pagehide", () => { if (stream) close(""); });
  window.addEventListener("pageshow", look);
  place.hidden = false;
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia || typeof WebAssembly === "undefined") {
    open.hidden = true;
    say(said, CANNOT);
  }
  look();
})();
