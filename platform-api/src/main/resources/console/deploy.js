// A deployment's form and its YAML, side by side: each follows the other, and the API checks both while one types.
'use strict';
(function () {
  const { t, el, api, send, show, Problem } = window.marmita;
  const form = document.querySelector('[data-deploy]');
  if (!form) return;
  const catalog = JSON.parse(form.dataset.catalog);
  const yaml = form.querySelector('[data-yaml]');
  const name = form.querySelector('[data-name]');
  const tenant = form.querySelector('[data-tenant]');
  const service = form.querySelector('[data-field=service]');
  const slots = form.querySelector('[data-slot-list]');
  const state = form.querySelector('[data-check]');
  const list = form.querySelector('[data-check-errors]');
  const box = form.querySelector('[data-problem]');
  let generation = Number(form.dataset.generation);
  const fresh = generation === 0;
  let spec = form.dataset.spec ? JSON.parse(form.dataset.spec) : {
    service: '', models: {}, mode: 'on-demand', resources: { cpu: 2, memory: '1536Mi' },
    scaling: { minReplicas: 0, maxReplicas: 1, targetConcurrency: 2, idleTimeout: '60s' } };
  let timer = 0;
  let running = null;

  // --- YAML of plain maps, lists and scalars ---

  function scalar(value) {
    if (typeof value !== 'string') return String(value);
    return /^[A-Za-z0-9/][A-Za-z0-9 ./:@_-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|~|[-+]?[0-9.]+(e[0-9]+)?)$/i.test(value) && !/: |:$/.test(value) && !/ $/.test(value) ? value : JSON.stringify(value);
  }

  function write(tree, indent) {
    return Object.entries(tree).map(([key, value]) => {
      const head = indent + scalar(key) + ':';
      if (Array.isArray(value)) return head + (value.length ? '\n' + value.map((each) => indent + '- ' + scalar(each)).join('\n') : ' []');
      if (value && typeof value === 'object') return head + (Object.keys(value).length ? '\n' + write(value, indent + '  ') : ' {}');
      return head + ' ' + scalar(value);
    }).join('\n');
  }

  // --- the form ---

  function options(select, artifacts, chosen, optional) {
    const all = [];
    if (optional || !chosen) all.push(el('option', { value: '', text: optional ? t('js.none') : '…' }));
    for (const each of artifacts) {
      for (const label of Object.keys(each.labels).sort((a, b) => (a === 'latest' ? -1 : b === 'latest' ? 1 : a < b ? -1 : 1))) {
        all.push(el('option', { value: each.name + ':' + label, text: each.name + ':' + label }));
      }
    }
    if (chosen && !all.some((option) => option.value === chosen)) all.push(el('option', { value: chosen, text: chosen }));
    select.replaceChildren(...all);
    select.value = chosen || '';
  }

  // Which model sounds like that slot ("det", "cls" for "detector", "classifier"): a first guess, to be corrected.
  function sounds(part, slot) {
    if (part.length < 3 || part[0] !== slot[0]) return false;
    let at = 0;
    for (const letter of slot) if (letter === part[at]) at++;
    return at === part.length;
  }

  function guess(slot) {
    const found = catalog.models.find((model) => model.name.split(/[-_.]/).some((part) => sounds(part, slot.toLowerCase())));
    return found && Object.keys(found.labels).length ? found.name + ':' + (found.labels.latest ? 'latest' : Object.keys(found.labels)[0]) : '';
  }

  function drawSlots() {
    const chosen = catalog.services.find((each) => each.name === spec.service.split(/[:@]/)[0]);
    const wanted = chosen ? chosen.slots : {};
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(spec.models || {})])].sort();
    slots.replaceChildren(...names.map((slot) => {
      const id = 'slot-' + slot;
      const select = el('select', { class: 'form-select', id, 'data-slot': slot });
      options(select, catalog.models, (spec.models || {})[slot], wanted[slot] && wanted[slot].optional);
      select.addEventListener('change', () => { read(); typed(true); });
      return el('div', { class: 'slot' }, el('label', { for: id, text: slot }), select,
        wanted[slot] && wanted[slot].description ? el('p', { class: 'form-hint', text: wanted[slot].description }) : '');
    }));
    form.querySelector('[data-slots]').hidden = names.length === 0;
  }

  function field(path) { return form.querySelector('[data-field="' + path + '"]'); }

  function at(path) { return path.split('.').reduce((tree, key) => (tree === undefined ? undefined : tree[key]), spec); }

  function put(path, value) {
    const keys = path.split('.');
    const last = keys.pop();
    let tree = spec;
    for (const key of keys) tree = tree[key] = tree[key] || {};
    if (value === undefined) delete tree[last]; else tree[last] = value;
  }

  function fill() {
    options(service, catalog.services, spec.service, false);
    drawSlots();
    form.querySelectorAll('[data-field]').forEach((input) => {
      if (input === service) return;
      const value = at(input.dataset.field);
      if (input.type === 'checkbox') input.checked = value === undefined ? true : value;
      else input.value = value === undefined ? (input.tagName === 'SELECT' ? input.options[0].value : '') : value;
    });
  }

  function read() {
    form.querySelectorAll('[data-field]').forEach((input) => {
      const kind = input.dataset.kind;
      const text = input.value.trim();
      put(input.dataset.field, kind === 'boolean' ? input.checked : text === '' ? undefined : kind === 'number' && !Number.isNaN(Number(text.replace(',', '.'))) ? Number(text.replace(',', '.')) : text);
    });
    if (spec.service === undefined) spec.service = '';
    if (spec.followLabels === true && fresh) delete spec.followLabels;
    spec.models = {};
    slots.querySelectorAll('[data-slot]').forEach((select) => { if (select.value) spec.models[select.dataset.slot] = select.value; });
  }

  // --- checking ---

  function mark(errors) {
    form.querySelectorAll('.is-wrong').forEach((input) => { input.classList.remove('is-wrong'); input.removeAttribute('aria-invalid'); });
    for (const error of errors) {
      const input = field(error.field) || slots.querySelector('[data-slot="' + error.field.replace('models.', '') + '"]');
      if (input) { input.classList.add('is-wrong'); input.setAttribute('aria-invalid', 'true'); }
    }
    list.replaceChildren(...errors.map((error) => el('li', {}, error.field ? el('code', { text: error.field + ' ' }) : '', error.message)));
  }

  function path() {
    return '/api/v1/tenants/' + encodeURIComponent(tenant.value) + '/deployments/' + encodeURIComponent(name.value || 'draft');
  }

  async function check(fromForm) {
    if (running) running.abort();
    if (!tenant.value || !yaml.value.trim() || (fromForm && !spec.service)) {
      state.textContent = t('js.choose-first');
      state.className = 'check-state';
      mark([]);
      return;
    }
    const mine = running = new AbortController();
    state.textContent = t('js.checking');
    state.className = 'check-state';
    try {
      const answer = await send('PUT', path() + '?dryRun=true', { body: yaml.value, signal: mine.signal, headers: { 'Content-Type': 'application/yaml' } });
      const checked = await answer.json();
      mark([]);
      state.textContent = t('js.valid');
      state.className = 'check-state ok';
      if (!fromForm) { spec = checked.spec; fill(); }
    } catch (failure) {
      if (failure.name === 'AbortError' || mine !== running) return;
      state.textContent = t('js.invalid');
      state.className = 'check-state bad';
      mark(failure.body && failure.body.errors ? failure.body.errors : [{ field: '', message: failure.message }]);
    }
  }

  function typed(fromForm) {
    if (fromForm) yaml.value = write(spec, '') + '\n';
    clearTimeout(timer);
    timer = setTimeout(() => check(fromForm), 350);
  }

  form.addEventListener('input', (event) => {
    if (event.target === yaml) { typed(false); return; }
    if (event.target.dataset.field) {
      read();
      if (event.target === service) {
        spec.models = {};
        const chosen = catalog.services.find((each) => each.name === spec.service.split(/[:@]/)[0]);
        for (const slot of Object.keys(chosen ? chosen.slots : {})) { const model = guess(slot); if (model) spec.models[slot] = model; }
        drawSlots();
      }
    }
    typed(true);
  });

  // Tab leaves the text, so that nobody is caught in it; Enter keeps the indentation.
  yaml.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    const start = yaml.value.lastIndexOf('\n', yaml.selectionStart - 1) + 1;
    const line = yaml.value.slice(start, yaml.selectionStart);
    const indent = /^ */.exec(line)[0] + (line.trim().endsWith(':') ? '  ' : '');
    if (!indent) return;
    event.preventDefault();
    yaml.setRangeText('\n' + indent, yaml.selectionStart, yaml.selectionEnd, 'end');
    yaml.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // --- saving, also where somebody else was quicker ---

  function flat(tree, prefix) {
    return Object.entries(tree).flatMap(([key, value]) => (value && typeof value === 'object' && !Array.isArray(value) ? flat(value, prefix + key + '.') : [[prefix + key, JSON.stringify(value)]]));
  }

  async function stale() {
    const dialog = document.getElementById('stale-dialog');
    const now = await api('GET', path());
    let mine = spec;
    try {
      const answer = await send('PUT', path() + '?dryRun=true', { body: yaml.value, headers: { 'Content-Type': 'application/yaml' } });
      mine = (await answer.json()).spec;
    } catch (invalid) { /* then as the form has it */ }
    const theirs = new Map(flat(now.spec, ''));
    const ours = new Map(flat(mine, ''));
    const rows = [...new Set([...theirs.keys(), ...ours.keys()])].filter((key) => theirs.get(key) !== ours.get(key));
    dialog.querySelector('[data-stale-diff]').replaceChildren(el('table', { class: 'table table-sm diff' },
      el('thead', {}, el('tr', {}, el('th', {}), el('th', { text: t('js.mine') }), el('th', { text: t('js.here') }))),
      el('tbody', {}, ...rows.map((key) => el('tr', {}, el('td', { text: key }), el('td', {}, ours.get(key) || '–'), el('td', {}, theirs.get(key) || '–'))))));
    dialog.showModal();
    dialog.addEventListener('close', () => {
      if (dialog.returnValue === 'reload') location.reload();
      if (dialog.returnValue === 'overwrite') { generation = now.generation; save(); }
    }, { once: true });
  }

  async function save() {
    box.hidden = true;
    try {
      const headers = { 'Content-Type': 'application/yaml' };
      if (fresh) headers['If-None-Match'] = '*'; else headers['If-Match'] = '"' + generation + '"';
      await send('PUT', path(), { body: yaml.value, headers });
      location.assign('/console/tenants/' + tenant.value + '/deployments/' + name.value);
    } catch (failure) {
      if (failure instanceof Problem && failure.slug === 'precondition-failed' && !fresh) {
        try { await stale(); } catch (gone) { show(box, gone); }
        return;
      }
      if (failure.body && failure.body.errors) mark(failure.body.errors);
      show(box, failure);
    }
  }

  form.addEventListener('submit', (event) => { event.preventDefault(); save(); });

  form.querySelector('[data-empty-services]').hidden = catalog.services.length > 0;
  if (fresh && catalog.services.length === 1 && Object.keys(catalog.services[0].labels).length) {
    const only = catalog.services[0];
    spec.service = only.name + ':' + (only.labels.latest ? 'latest' : Object.keys(only.labels)[0]);
    for (const slot of Object.keys(only.slots)) { const model = guess(slot); if (model) spec.models[slot] = model; }
  }
  fill();
  yaml.value = write(spec, '') + '\n';
  check(true);
})();
