// What every page of the console does: forms that call the REST API, dialogs, tabs, live parts, small comforts.
'use strict';
window.marmita = (function () {
  const texts = window.marmitaTexts || {};
  const meta = (name) => document.querySelector('meta[name=' + name + ']').content;

  function t(key, ...values) {
    let text = texts[key] === undefined ? key : texts[key];
    values.forEach((value, i) => { text = text.replaceAll('{' + i + '}', value); });
    return text;
  }

  function el(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === 'text') node.textContent = value;
      else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? '' : value);
    }
    node.append(...children.filter((child) => child !== null));
    return node;
  }

  function toast(text, bad) {
    const line = el('div', { class: 'toast-line' + (bad ? ' bad' : ''), text });
    document.getElementById('toasts').append(line);
    setTimeout(() => line.remove(), 6000);
  }

  // --- the REST API, as this session ---

  class Problem extends Error {
    constructor(body) { super(body.detail || body.title || t('error.internal')); this.body = body; }
    get slug() { return String(this.body.type || '').replace('urn:marmita:error:', ''); }
  }

  async function send(method, path, options) {
    const { body, headers, signal } = options || {};
    let answer;
    try {
      answer = await fetch(path, { method, body, signal, headers: Object.assign({ 'X-Csrf-Token': meta('csrf') }, headers || {}) });
    } catch (failure) {
      if (failure.name === 'AbortError') throw failure;
      throw new Problem({ type: 'urn:marmita:error:unavailable', detail: t('js.offline') });
    }
    if (answer.ok) return answer;
    let problem;
    try { problem = await answer.json(); } catch (none) { problem = {}; }
    if (problem.error) problem = { type: 'urn:marmita:error:endpoint', title: String(answer.status), detail: problem.error };
    if (answer.status === 401 && meta('csrf')) problem = { type: 'urn:marmita:error:unauthenticated', detail: t('js.session-over') };
    problem.status = answer.status;
    throw new Problem(problem);
  }

  async function api(method, path, value, headers) {
    const answer = await send(method, path, value === undefined ? { headers } : {
      body: JSON.stringify(value), headers: Object.assign({ 'Content-Type': 'application/json' }, headers || {}) });
    const text = await answer.text();
    return text ? JSON.parse(text) : null;
  }

  // What happened, why, and what to do.
  function show(box, failure) {
    if (!(failure instanceof Problem)) { console.error(failure); failure = new Problem({ type: 'urn:marmita:error:internal' }); }
    const slug = failure.slug;
    const errors = (failure.body.errors || []).filter((error) => error.field || failure.body.errors.length > 1);
    const todo = texts['error.' + slug + '.todo'];
    const parts = [el('b', { text: texts['error.' + slug] || failure.body.title || '' })];
    if (errors.length) {
      parts.push(el('ul', {}, ...errors.map((error) => el('li', {}, error.field ? el('code', { text: error.field + ' ' }) : '', error.message))));
    } else {
      parts.push(el('span', { text: failure.message + ' ' }));
    }
    if (todo) parts.push(el('span', { text: todo }));
    if (!box) { toast((texts['error.' + slug] || '') + ' ' + failure.message, true); return; }
    box.replaceChildren(...parts);
    box.hidden = false;
    box.scrollIntoView({ block: 'nearest' });
  }

  // --- forms: data-api="METHOD /path/{field}" ---

  function values(form) {
    const body = {};
    for (const field of form.elements) {
      if (!field.name || field.dataset.path !== undefined) continue;
      if (field.dataset.kind === 'list') {
        body[field.name] = body[field.name] || [];
        if (field.checked) body[field.name].push(field.value);
      } else if (field.dataset.optional !== undefined && field.value === '') {
        continue;
      } else {
        body[field.name] = field.dataset.kind === 'number' ? Number(field.value) : field.value;
      }
    }
    return body;
  }

  function filled(template, form, answer) {
    return template.replace(/\{(\w+)\}/g, (whole, name) =>
      encodeURIComponent(form.elements[name] ? form.elements[name].value : (answer || {})[name]));
  }

  async function submit(form) {
    const box = form.querySelector('[data-problem]');
    if (box) box.hidden = true;
    const wanted = form.querySelector('[data-must-equal]');
    if (wanted && wanted.value !== wanted.dataset.mustEqual) {
      if (box) { box.replaceChildren(t('js.must-equal')); box.hidden = false; }
      wanted.focus();
      return;
    }
    if (form.dataset.ask && !window.confirm(form.dataset.ask)) return;
    const [method, path] = form.dataset.api.split(' ');
    const headers = form.dataset.ifMatch ? { 'If-Match': '"' + form.dataset.ifMatch + '"' } : {};
    const button = form.querySelector('[type=submit]');
    if (button) button.disabled = true;
    try {
      const answer = await api(method, filled(path, form), method === 'DELETE' ? undefined : values(form), headers);
      if (form.dataset.tokenForm !== undefined) { tokenMade(form, answer); return; }
      if (form.dataset.done) sessionStorage.setItem('marmita-toast', form.dataset.done);
      if (form.dataset.next) location.assign(filled(form.dataset.next, form, answer));
      else location.reload();
    } catch (failure) {
      show(box, failure);
    } finally {
      if (button) button.disabled = false;
    }
  }

  function tokenMade(form, answer) {
    const made = form.parentElement.querySelector('[data-token-made]');
    made.querySelector('[data-token-text]').textContent = answer.token;
    form.hidden = true;
    made.hidden = false;
    made.querySelector('[data-copy]').focus();
  }

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.api) { event.preventDefault(); submit(form); }
  });

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch (refused) {
      const area = el('textarea', { class: 'visually-hidden' });
      area.value = text;
      (button.closest('dialog') || document.body).append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    toast(t('js.copied'));
    button.focus();
  }

  function cookie(name, value) {
    document.cookie = name + '=' + value + ';path=/;max-age=31536000;samesite=strict';
  }

  document.addEventListener('click', async (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const data = button.dataset;
    if (data.dialog) document.getElementById(data.dialog).showModal();
    if (data.close !== undefined) button.closest('dialog').close();
    if (data.reload !== undefined) location.reload();
    if (data.copy !== undefined) copy(button.parentElement.querySelector('[data-copy-source]').textContent, button);
    if (data.copyTab !== undefined) copy(button.parentElement.querySelector('[role=tabpanel]:not([hidden]) [data-copy-source]').textContent, button);
    if (data.themeSwitch !== undefined) {
      const theme = document.documentElement.getAttribute('data-bs-theme') === 'dark' ? 'light' : 'dark';
      cookie('marmita-theme', theme);
      document.documentElement.dataset.theme = theme;
      document.documentElement.setAttribute('data-bs-theme', theme);
      document.dispatchEvent(new Event('marmita:theme'));
    }
    if (data.language) { cookie('marmita-language', data.language); location.reload(); }
    if (data.signOut !== undefined) {
      try { await send('POST', '/console/sign-out'); } catch (failure) { show(null, failure); return; }
      location.assign('/console/sign-in');
    }
  });

  // --- tabs by arrow keys, as the ARIA pattern wants it ---

  document.querySelectorAll('[data-tabs]').forEach((tabs) => {
    const list = [...tabs.querySelectorAll(':scope > [role=tablist] > [role=tab]')];
    const open = (tab) => {
      list.forEach((each) => {
        each.setAttribute('aria-selected', String(each === tab));
        each.tabIndex = each === tab ? 0 : -1;
        document.getElementById(each.getAttribute('aria-controls')).hidden = each !== tab;
      });
    };
    list.forEach((tab, i) => {
      tab.addEventListener('click', () => open(tab));
      tab.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        const next = list[(i + step + list.length) % list.length];
        open(next);
        next.focus();
      });
    });
  });

  // --- live parts ---

  const listeners = [];
  let stream = null;

  function swap(part, html) {
    const place = document.querySelector('[data-live-part=' + part + ']');
    if (!place || place.innerHTML.trim() === html.trim()) return;
    const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    const scrolled = place.scrollTop;
    place.innerHTML = html;
    place.scrollTop = scrolled;
    if (focused) { const again = place.querySelector('[href="' + CSS.escape(focused) + '"]'); if (again) again.focus(); }
    ages();
  }

  function offline(is) {
    document.getElementById('offline').hidden = !is;
    const mark = document.querySelector('[data-live-mark]');
    if (mark) mark.classList.toggle('off', is);
  }

  function connect() {
    const path = document.body.dataset.live;
    if (!path || stream || document.hidden) return;
    stream = new EventSource(path);
    stream.onopen = () => { offline(false); document.dispatchEvent(new Event('marmita:connected')); };
    stream.onerror = () => {
      // A stream that ended comes back by itself; only where that takes long is the connection lost.
      const failed = stream;
      setTimeout(() => { if (failed === stream && failed && failed.readyState !== EventSource.OPEN) offline(true); }, 2500);
      if (failed.readyState === EventSource.CLOSED) {
        stream = null;
        setTimeout(connect, 3000);
      }
    };
    for (const part of ['overview', 'status', 'events']) stream.addEventListener(part, (event) => swap(part, event.data));
    stream.addEventListener('gone', () => { disconnect(); location.assign('/console/deployments'); });
    listeners.forEach(([name, listener]) => stream.addEventListener(name, listener));
  }

  function disconnect() {
    if (stream) stream.close();
    stream = null;
  }

  // A browser opens few connections to one place: tabs that nobody looks at hold none.
  document.addEventListener('visibilitychange', () => (document.hidden ? disconnect() : connect()));
  window.addEventListener('pagehide', disconnect);
  window.addEventListener('pageshow', connect);

  function onLive(name, listener) {
    listeners.push([name, listener]);
    if (stream) stream.addEventListener(name, listener);
  }

  // --- times that pass ---

  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: 'auto', style: 'short' });
  function ages() {
    document.querySelectorAll('time[data-ago]').forEach((time) => {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      const size = Math.abs(seconds);
      const [unit, length] = size < 60 ? ['second', 1] : size < 3600 ? ['minute', 60] : size < 86400 ? ['hour', 3600] : ['day', 86400];
      const text = relative.format(Math.round(seconds / length), unit);
      if (time.textContent !== text) time.textContent = text;
    });
  }
  setInterval(ages, 5000);

  // --- the log ---

  const log = document.querySelector('[data-log]');
  if (log) {
    const MOST = 2000;
    const search = document.querySelector('[data-log-search]');
    const follow = document.querySelector('[data-log-follow]');
    let lines = [];
    let anew = true;
    const colour = (line) => /\b(ERROR|SEVERE|Exception|FATAL)\b/i.test(line) ? 'err' : null;
    const row = (line) => {
      const wanted = search.value.toLowerCase();
      const at = wanted ? line.text.toLowerCase().indexOf(wanted) : -1;
      const node = el('div', { class: colour(line.text) }, el('span', { class: 'replica', text: line.replica.slice(-5) + ' ' }));
      if (at < 0) node.append(line.text);
      else node.append(line.text.slice(0, at), el('mark', { text: line.text.slice(at, at + wanted.length) }), line.text.slice(at + wanted.length));
      return node;
    };
    const matches = (line) => !search.value || line.text.toLowerCase().includes(search.value.toLowerCase());
    const end = () => { if (follow.checked) log.scrollTop = log.scrollHeight; };
    onLive('log', (event) => {
      const part = JSON.parse(event.data);
      const fresh = part.lines.map((text) => ({ replica: part.replica, text }));
      if (anew) { anew = false; lines = []; log.replaceChildren(); }
      lines = lines.concat(fresh).slice(-MOST);
      log.append(...fresh.filter(matches).map(row));
      while (log.childElementCount > MOST) log.firstElementChild.remove();
      end();
    });
    search.addEventListener('input', () => { log.replaceChildren(...lines.filter(matches).map(row)); end(); });
    // A new connection begins with the log's end again.
    document.addEventListener('marmita:connected', () => { anew = true; });
  }

  // --- which deployments a moved label would roll ---

  const promote = document.querySelector('[data-followers]');
  if (promote) {
    promote.addEventListener('input', () => {
      if (promote.validity.valid && promote.value) {
        window.htmx.ajax('GET', promote.dataset.followers.replace('{label}', promote.value), { target: '#followers' });
      }
    });
  }

  document.body.addEventListener('htmx:responseError', (event) => {
    if (event.detail.xhr.status === 401) toast(t('js.session-over'), true);
    else toast(t('error.internal'), true);
  });
  document.body.addEventListener('htmx:sendError', () => toast(t('js.offline'), true));

  const left = sessionStorage.getItem('marmita-toast');
  if (left) { sessionStorage.removeItem('marmita-toast'); toast(left); }
  connect();

  return { t, el, api, send, show, toast, copy, Problem, onLive };
})();
