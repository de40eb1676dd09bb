// Files come in by pieces that may be interrupted: the platform says where to go on, after a reload too.
'use strict';
(function () {
  const { t, el, api, send, Problem } = window.marmita;
  const zone = document.querySelector('[data-upload]');
  if (!zone) return;
  const kind = zone.dataset.upload;
  const accepted = zone.dataset.accept;
  const list = zone.querySelector('[data-uploads]');
  const CHUNK = 8 << 20;
  let queue = Promise.resolve();

  const wait = (millis) => new Promise((done) => setTimeout(done, millis));

  // SHA-256 by pieces: the browser's own takes whole buffers only, and files may be larger than memory.
  const K = new Uint32Array(64);
  (function () {
    let n = 0;
    for (let p = 2; n < 64; p++) {
      let prime = true;
      for (let d = 2; d * d <= p; d++) if (p % d === 0) { prime = false; break; }
      if (prime) { const root = Math.cbrt(p); K[n++] = (root - Math.floor(root)) * 4294967296; }
    }
  })();

  async function digest(file, progress) {
    if (file.size <= 512 << 20 && window.crypto.subtle) {
      progress(0);
      const whole = await window.crypto.subtle.digest('SHA-256', await file.arrayBuffer());
      return [...new Uint8Array(whole)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    return bySteps(file, progress);
  }

  async function bySteps(file, progress) {
    const h = new Uint32Array([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
    const w = new Uint32Array(64);
    const block = (view, at) => {
      for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
      for (let i = 16; i < 64; i++) {
        const a = w[i - 15]; const b = w[i - 2];
        w[i] = w[i - 16] + ((a >>> 7 | a << 25) ^ (a >>> 18 | a << 14) ^ a >>> 3) + w[i - 7] + ((b >>> 17 | b << 15) ^ (b >>> 19 | b << 13) ^ b >>> 10);
      }
      let [a, b, c, d, e, f, g, k] = h;
      for (let i = 0; i < 64; i++) {
        const x = k + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (e & f ^ ~e & g) + K[i] + w[i] | 0;
        const y = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b ^ a & c ^ b & c) | 0;
        k = g; g = f; f = e; e = d + x | 0; d = c; c = b; b = a; a = x + y | 0;
      }
      h[0] += a; h[1] += b; h[2] += c; h[3] += d; h[4] += e; h[5] += f; h[6] += g; h[7] += k;
    };
    for (let from = 0; from < file.size; from += CHUNK) {
      let part = new Uint8Array(await file.slice(from, from + CHUNK).arrayBuffer());
      if (from + CHUNK >= file.size) {
        const padded = new Uint8Array(Math.ceil((part.length + 9) / 64) * 64);
        padded.set(part);
        padded[part.length] = 0x80;
        const end = new DataView(padded.buffer);
        end.setUint32(padded.length - 8, Math.floor(file.size / 536870912));
        end.setUint32(padded.length - 4, file.size * 8 >>> 0);
        part = padded;
      }
      const view = new DataView(part.buffer, part.byteOffset);
      for (let at = 0; at + 64 <= part.length; at += 64) block(view, at);
      progress(Math.floor(100 * from / file.size));
      await wait(0);
    }
    return [...h].map((word) => word.toString(16).padStart(8, '0')).join('');
  }

  // One piece, with progress inside it, which fetch does not tell.
  function piece(id, offset, blob, progress) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open('PUT', '/api/v1/uploads/' + id + '?offset=' + offset);
      request.setRequestHeader('Content-Type', 'application/octet-stream');
      request.setRequestHeader('X-Csrf-Token', document.querySelector('meta[name=csrf]').content);
      request.upload.onprogress = (event) => progress(offset + event.loaded);
      request.onload = () => {
        let body = {};
        try { body = JSON.parse(request.responseText); } catch (none) { /* told by the status */ }
        if (request.status === 200) done(body.offset); else { body.status = request.status; failed(new Problem(body)); }
      };
      request.onerror = () => failed(new Error('connection'));
      request.send(blob);
    });
  }

  async function content(file, told) {
    const sum = 'sha256:' + await digest(file, (percent) => told(t('js.upload.hashing', percent), percent));
    const upload = await api('POST', '/api/v1/uploads', { digest: sum, size: file.size });
    let offset = upload.offset;
    let pause = 1000;
    const percent = (bytes) => Math.floor(100 * bytes / file.size);
    while (upload.state !== 'complete' && offset < file.size) {
      try {
        offset = await piece(upload.id, offset, file.slice(offset, offset + CHUNK), (bytes) => told(t('js.upload.sending', percent(bytes)), percent(bytes)));
        pause = 1000;
      } catch (failure) {
        if (failure instanceof Problem && failure.slug !== 'wrong-offset' && failure.body.status < 500) throw failure;
        told(t('js.upload.paused', percent(offset)), percent(offset));
        await wait(pause + Math.random() * 500);
        pause = Math.min(pause * 2, 15000);
        try { offset = (await api('GET', '/api/v1/uploads/' + upload.id)).offset; } catch (still) { if (still instanceof Problem && still.body.status === 404) throw still; }
      }
    }
    told(t('js.upload.publishing'), 100);
    if (upload.state !== 'complete') await api('POST', '/api/v1/uploads/' + upload.id + '/complete');
    return sum;
  }

  function named(file) {
    return file.name.replace(/\.[^.]*$/, '').toLowerCase().replace(/-\d+(\.\d+)+$/, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63).replace(/-+$/, '');
  }

  async function push(file, line) {
    const name = named(file);
    const bar = line.querySelector('progress');
    const text = line.querySelector('.upload-text');
    const told = (what, percent) => { text.textContent = what; bar.value = percent; };
    try {
      if (!file.name.toLowerCase().endsWith(accepted)) throw new Problem({ detail: t('js.upload.wrong-kind', accepted) });
      if (!name) throw new Problem({ detail: t('js.upload.name') });
      const sum = await content(file, told);
      try {
        await api('POST', '/api/v1/' + kind, { name });
      } catch (failure) {
        if (!(failure instanceof Problem) || failure.slug !== 'already-exists') throw failure;
      }
      const label = zone.querySelector('[data-upload-label]').value.trim();
      const answer = await send('POST', '/api/v1/' + kind + '/' + name + '/versions', {
        body: JSON.stringify({ digest: sum, labels: label ? [label] : [], provenance: { file: file.name.slice(0, 200) } }), headers: { 'Content-Type': 'application/json' } });
      const version = await answer.json();
      bar.remove();
      text.replaceChildren(el('a', { href: '/console/' + kind + '/' + name + '/versions/' + version.version, text: name + '@' + version.version }), ' ' + t(answer.status === 201 ? 'js.upload.done' : 'js.upload.same', version.version));
    } catch (failure) {
      bar.remove();
      text.className = 'upload-text bad';
      const slug = failure.slug;
      text.textContent = (slug ? t('error.' + slug) + ': ' : '') + failure.message;
    }
  }

  function take(files) {
    for (const file of files) {
      const line = el('li', {}, el('span', { class: 'break', text: file.name }), el('progress', { max: 100, value: 0, 'aria-label': file.name }), el('span', { class: 'upload-text' }));
      list.append(line);
      queue = queue.then(() => push(file, line));
    }
    queue = queue.then(refresh);
  }

  // The list below follows; what was uploaded stays in sight.
  async function refresh() {
    if (document.getElementById('rows')) window.htmx.ajax('GET', '/console/' + kind, { target: '#rows' });
    else {
      const answer = await fetch('/console/' + kind, { headers: { Accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const old = document.querySelector('.empty-state');
      const next = [...page.querySelectorAll('#main > :not(section)')];
      if (old && next.length) { old.replaceWith(...next); next.forEach((node) => window.htmx.process(node)); }
    }
  }

  zone.querySelector('[data-upload-file]').addEventListener('change', (event) => { take([...event.target.files]); event.target.value = ''; });
  for (const name of ['dragenter', 'dragover']) zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add('over'); });
  for (const name of ['dragleave', 'drop']) zone.addEventListener(name, () => zone.classList.remove('over'));
  zone.addEventListener('drop', (event) => { event.preventDefault(); take([...event.dataTransfer.files]); });
  window.addEventListener('beforeunload', (event) => { if (list.querySelector('progress')) event.preventDefault(); });
})();
