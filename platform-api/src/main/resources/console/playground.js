// A page goes in, and what was read of it comes out, at the place where it was read.
'use strict';
(function () {
  const { t, el, send, show, copy, Problem } = window.marmita;
  const root = document.querySelector('[data-playground]');
  if (!root) return;
  const endpoint = root.dataset.playground;
  const language = document.documentElement.lang;
  const find = (name) => root.querySelector('[data-' + name + ']');
  const SVG = 'http://www.w3.org/2000/svg';
  let asleep = root.dataset.asleep === 'true';
  let answer = null;
  let picture = null;
  let shown = 1;
  let busy = false;

  function svg(name, attributes) {
    const node = document.createElementNS(SVG, name);
    Object.entries(attributes || {}).forEach(([key, value]) => node.setAttribute(key, value));
    return node;
  }

  const percent = (share) => (share * 100).toLocaleString(language, { maximumFractionDigits: 0 }) + ' %';
  const millis = (value) => (value >= 1000 ? (value / 1000).toLocaleString(language, { maximumFractionDigits: 2 }) + ' s' : value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 }) + ' ms');

  // --- reading a document ---

  async function read(file) {
    if (busy) return;
    busy = true;
    const problem = find('play-problem');
    const working = find('working');
    problem.hidden = true;
    working.hidden = false;
    working.textContent = t(asleep ? 'js.waking' : 'js.reading', file.name);
    find('reading').hidden = true;
    const began = performance.now();
    try {
      const response = await send('POST', endpoint + 'extract', { body: file, headers: { 'Content-Type': file.type || 'application/octet-stream' } });
      const text = await response.text();
      const took = performance.now() - began;
      asleep = false;
      answer = JSON.parse(text);
      shown = 1;
      if (picture) URL.revokeObjectURL(picture);
      picture = /^image\/(png|jpeg)$/.test(file.type) ? URL.createObjectURL(file) : null;
      find('reading').hidden = false;
      draw();
      metadata();
      fields();
      technical();
      timing(response.headers.get('Server-Timing'), took);
      find('text').textContent = answer.text || '';
      find('raw').textContent = JSON.stringify(answer, null, 2);
    } catch (failure) {
      show(problem, failure);
    } finally {
      working.hidden = true;
      busy = false;
    }
  }

  // --- the page with its boxes ---

  function draw() {
    const pages = answer.pages || [];
    const page = pages.find((each) => each.number === shown) || pages[0];
    const bar = find('page-bar');
    bar.replaceChildren();
    find('sheet').replaceChildren();
    if (!page) return;
    if (pages.length > 1) {
      pages.forEach((each) => bar.append(el('button', { type: 'button', class: 'btn btn-sm' + (each.number === page.number ? ' btn-primary' : ''), 'aria-pressed': String(each.number === page.number), text: t('js.page', each.number), onclick: () => { shown = each.number; draw(); } })));
    }
    bar.append(el('span', { text: t('js.lines', page.lines.length) + ' · ' + page.width + ' × ' + page.height }));
    const sheet = svg('svg', { viewBox: '0 0 ' + page.width + ' ' + page.height, role: 'img', 'aria-label': t('js.page', page.number) + ', ' + t('js.lines', page.lines.length) });
    if (picture && page.number === 1) {
      const image = svg('image', { width: page.width, height: page.height, preserveAspectRatio: 'none' });
      image.setAttribute('href', picture);
      sheet.append(image);
    }
    page.lines.forEach((line) => {
      if (!picture) sheet.append(letters(line));
      const box = svg('polygon', { points: line.box.map((corner) => corner.join(',')).join(' '), class: 'line' });
      const title = svg('title');
      title.textContent = line.text + ' · ' + percent(line.confidence);
      box.append(title);
      sheet.append(box);
    });
    const hit = svg('polygon', { class: 'hit', points: '' });
    sheet.append(hit);
    find('sheet').append(sheet);
  }

  // Formats that browsers do not show are drawn from what was read.
  function letters(line) {
    const [a, b, , d] = line.box;
    const height = Math.hypot(d[0] - a[0], d[1] - a[1]);
    const width = Math.hypot(b[0] - a[0], b[1] - a[1]);
    const turn = Math.atan2(b[1] - a[1], b[0] - a[0]) * 180 / Math.PI;
    const text = svg('text', { x: 0, y: height * 0.8, 'font-size': height * 0.85, textLength: Math.max(1, width), lengthAdjust: 'spacingAndGlyphs', transform: 'translate(' + a.join(' ') + ') rotate(' + turn + ')' });
    text.textContent = line.text;
    return text;
  }

  function point(field, on, row) {
    row.classList.toggle('lit', on);
    if (on && field.page && field.page !== shown) { shown = field.page; draw(); }
    const hit = find('sheet').querySelector('.hit');
    if (!hit) return;
    const box = on && field.box ? field.box : null;
    hit.setAttribute('points', box ? box.map((corner) => corner.join(',')).join(' ') : '');
    if (box) hit.scrollIntoView({ block: 'nearest' });
  }

  function pointing(row, field) {
    row.addEventListener('mouseenter', () => point(field, true, row));
    row.addEventListener('mouseleave', () => point(field, false, row));
    row.addEventListener('focusin', () => point(field, true, row));
    row.addEventListener('focusout', () => point(field, false, row));
    return row;
  }

  // --- metadata to correct and take along ---

  function metadata() {
    const all = answer.metadata ? answer.metadata.fields : [];
    find('metadata').replaceChildren(...all.map((field, i) => {
      const id = 'metadata-' + i;
      const input = el('input', { class: 'form-control', id, value: field.value === null ? '' : field.value, placeholder: field.status === 'missing' ? t('js.missing') : '' });
      const from = el('span', { class: 'from from-' + field.status, text: t('js.status.' + field.status) });
      input.addEventListener('input', () => {
        field.corrected = input.value;
        const changed = input.value !== (field.value === null ? '' : field.value);
        from.textContent = changed ? t('js.corrected') : t('js.status.' + field.status);
        from.className = 'from ' + (changed ? 'from-read' : 'from-' + field.status);
      });
      return pointing(el('div', { class: 'field' }, el('label', { for: id }, field.label + (field.required ? ' *' : '')), input,
        el('small', {}, from, ' ' + (field.status === 'missing' || field.status === 'supplied' ? '' : percent(field.confidence) + ' · ') + (field.explanation || ''))), field);
    }));
  }

  function corrected() {
    return (answer.metadata ? answer.metadata.fields : []).map((field) => ({
      name: field.name, label: field.label,
      value: field.corrected !== undefined ? field.corrected : field.value,
      status: field.corrected !== undefined && field.corrected !== (field.value === null ? '' : field.value) ? 'supplied' : field.status }));
  }

  // Quotes where needed; a sheet takes no cell for a formula.
  function cell(value) {
    let text = value === null ? '' : String(value);
    if (/^[=+@\t\r]/.test(text) || /^-[^0-9]/.test(text)) text = "'" + text;
    return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  }

  find('copy-json').addEventListener('click', (event) => copy(JSON.stringify(Object.fromEntries(corrected().map((field) => [field.name, field.value])), null, 2), event.target));
  find('copy-csv').addEventListener('click', (event) => copy([['name', 'label', 'value', 'status'], ...corrected().map((field) => [field.name, field.label, field.value, field.status])].map((row) => row.map(cell).join(',')).join('\r\n'), event.target));

  function fields() {
    const all = Object.entries(answer.fields || {}).filter(([, field]) => field && field.value !== null && field.value !== undefined);
    find('fields-card').hidden = all.length === 0;
    find('fields').replaceChildren(...all.map(([name, field]) => pointing(
      el('div', { class: 'field', tabindex: 0 }, el('span', { class: 'field-name', text: name }), el('b', { text: field.value }),
        el('small', { text: percent(field.confidence) + (field.normalised && field.normalised !== field.value ? ' · ' + field.normalised : '') })), field)));
  }

  function technical() {
    const checks = answer.technical ? answer.technical.checks : [];
    find('technical-card').hidden = checks.length === 0;
    find('technical').replaceChildren(el('ul', { class: 'checks' }, ...checks.map((check) => el('li', { class: check.ok === null ? 'open' : check.ok ? 'yes' : 'no' },
      el('b', { text: (check.ok === null ? '? ' : check.ok ? '✓ ' : '✗ ') + (check.label || check.name) }), ' ' + (check.found === null || check.found === undefined ? t('js.unknown') : check.found) + (check.required ? ' / ' + check.required : ''),
      el('div', { class: 'text-secondary', text: check.explanation || '' })))));
  }

  function timing(header, took) {
    const stages = (header || '').split(',').map((part) => {
      const [name, ...rest] = part.trim().split(';');
      const duration = rest.map((each) => /dur=([\d.]+)/.exec(each)).find(Boolean);
      const about = rest.map((each) => /desc="?([^"]*)"?/.exec(each)).find(Boolean);
      return duration ? { name: about ? about[1] : name, took: Number(duration[1]) } : null;
    }).filter((stage) => stage && !/^total/.test(stage.name));
    const known = stages.reduce((sum, stage) => sum + stage.took, 0);
    if (took > known) stages.push({ name: t('js.stage.network'), took: took - known });
    const longest = Math.max(...stages.map((stage) => stage.took), 1);
    find('timing').replaceChildren(el('p', {}, el('b', { text: t('js.took', millis(took)) })), el('div', { class: 'bars' }, ...stages.map((stage) => {
      const bar = svg('svg', { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
      bar.append(svg('rect', { width: Math.max(0.5, 100 * stage.took / longest), height: 6, rx: 1 }));
      return el('div', { class: 'bar' }, el('span', { text: stage.name }), bar, el('span', { text: millis(stage.took) }));
    })));
  }

  root.querySelectorAll('[data-file]').forEach((input) => input.addEventListener('change', () => { if (input.files[0]) read(input.files[0]); input.value = ''; }));
  root.querySelectorAll('[data-sample]').forEach((button) => button.addEventListener('click', async () => {
    try {
      const blob = await (await send('GET', button.dataset.sample)).blob();
      read(new File([blob], button.dataset.sample.split('/').pop(), { type: blob.type }));
    } catch (failure) { show(find('play-problem'), failure); }
  }));
  const drop = find('drop');
  for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add('over'); });
  for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => { event.preventDefault(); if (event.dataTransfer.files[0]) read(event.dataTransfer.files[0]); });
  document.addEventListener('paste', (event) => { const file = [...event.clipboardData.files][0]; if (file) read(file); });

  // --- any service: a form for each route, made from its schema ---

  function resolved(schema, top) {
    if (!schema || !schema.$ref) return schema || {};
    return schema.$ref.replace(/^#\//, '').split('/').reduce((tree, key) => (tree || {})[key], top) || {};
  }

  function example(schema, top, depth) {
    const plain = resolved(schema, top);
    if (plain.default !== undefined) return plain.default;
    if (plain.enum) return plain.enum[0];
    const type = Array.isArray(plain.type) ? plain.type.find((each) => each !== 'null') : plain.type;
    if (type === 'object' && depth < 4) return Object.fromEntries((plain.required || Object.keys(plain.properties || {})).map((key) => [key, example((plain.properties || {})[key], top, depth + 1)]));
    return { string: '', integer: 0, number: 0, boolean: false, array: [] }[type] ?? null;
  }

  function inputOf(name, schema, top, required, id) {
    const plain = resolved(schema, top);
    const type = Array.isArray(plain.type) ? plain.type.find((each) => each !== 'null') : plain.type;
    if (plain.type === 'file' || plain.format === 'binary') return el('input', { class: 'form-control', id, type: 'file', name, 'data-type': 'file', required });
    if (plain.enum) return el('select', { class: 'form-select', id, name, 'data-type': 'enum' }, ...(required ? [] : [el('option', { value: '', text: '–' })]), ...plain.enum.map((each) => el('option', { value: each, text: each })));
    if (type === 'boolean') return el('select', { class: 'form-select', id, name, 'data-type': 'boolean' }, ...(required ? [] : [el('option', { value: '', text: '–' })]), el('option', { value: 'true', text: 'true' }), el('option', { value: 'false', text: 'false' }));
    if (type === 'integer' || type === 'number') return el('input', { class: 'form-control', id, name, type: 'number', step: type === 'integer' ? 1 : 'any', 'data-type': 'number', required });
    if (type === 'string') return el('input', { class: 'form-control', id, name, 'data-type': 'string', required });
    const area = el('textarea', { class: 'form-control', id, name, rows: 4, spellcheck: 'false', 'data-type': 'json' });
    if (required) area.value = JSON.stringify(example(plain, top, 0), null, 1);
    return area;
  }

  async function call(form, route) {
    const inputs = [...form.querySelectorAll('[data-type]')].filter((input) => (input.type === 'file' ? input.files.length : input.value !== ''));
    const files = inputs.filter((input) => input.dataset.type === 'file');
    const value = (input) => ({ number: () => Number(input.value), boolean: () => input.value === 'true', json: () => JSON.parse(input.value) }[input.dataset.type] || (() => input.value))();
    if (route.input && route.input.root_input) return send('POST', endpoint + route.route.replace(/^\//, ''), { body: files[0] ? files[0].files[0] : '', headers: { 'Content-Type': files[0] && files[0].files[0].type || 'application/octet-stream' } });
    if (files.length) {
      const body = new FormData();
      inputs.forEach((input) => { if (input.dataset.type === 'file') body.append(input.name, input.files[0]); else body.append(input.name, input.value); });
      return send('POST', endpoint + route.route.replace(/^\//, ''), { body });
    }
    return send('POST', endpoint + route.route.replace(/^\//, ''), { body: JSON.stringify(Object.fromEntries(inputs.map((input) => [input.name, value(input)]))), headers: { 'Content-Type': 'application/json' } });
  }

  function outcome(response, text) {
    let pretty = text;
    try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch (plain) { /* then as it is */ }
    return el('div', {}, el('p', { class: 'form-hint', text: response.status + ' · ' + (response.headers.get('Content-Type') || '') + ' · ' + (response.headers.get('Server-Timing') || '') }), el('pre', { class: 'plain', tabindex: 0, text: pretty.length > 200000 ? pretty.slice(0, 200000) + '…' : pretty }));
  }

  function routeForm(route, index) {
    const input = route.input || {};
    const properties = input.root_input ? { body: input } : input.properties || {};
    const problem = el('div', { class: 'problem', role: 'alert', hidden: true });
    const result = el('div', { 'aria-live': 'polite' });
    const form = el('form', {}, ...Object.entries(properties).map(([name, schema], i) => {
      const id = 'route-' + index + '-' + i;
      const required = input.root_input || (input.required || []).includes(name);
      return el('div', {}, el('label', { class: 'form-label', for: id, text: name + (required ? ' *' : '') }), inputOf(name, schema, input, required, id), schema.description ? el('p', { class: 'form-hint', text: schema.description }) : '');
    }), el('div', { class: 'form-end' }, el('button', { type: 'submit', class: 'btn btn-primary', text: t('js.send') })));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      problem.hidden = true;
      const button = form.querySelector('[type=submit]');
      button.disabled = true;
      try {
        const response = await call(form, route);
        result.replaceChildren(outcome(response, await response.text()));
      } catch (failure) {
        show(problem, failure instanceof SyntaxError ? new Problem({ type: 'urn:marmita:error:malformed-body', detail: t('js.json-wrong') }) : failure);
      } finally {
        button.disabled = false;
      }
    });
    return el('section', { class: 'card route' }, el('div', { class: 'card-header' }, el('h2', { class: 'card-title' }, 'POST ' + route.route)), el('div', { class: 'card-body' }, route.description ? el('p', { text: route.description }) : '', problem, form, result));
  }

  find('load-schema').addEventListener('click', async (event) => {
    const place = find('service-forms');
    event.target.disabled = true;
    try {
      const schema = await (await send('GET', endpoint + 'schema.json')).json();
      place.replaceChildren(...(schema.routes && schema.routes.length ? schema.routes.map(routeForm) : [el('p', { class: 'nothing', text: t('js.no-routes') })]));
    } catch (failure) {
      const problem = el('div', { class: 'problem', role: 'alert' });
      place.prepend(problem);
      show(problem, failure);
      event.target.disabled = false;
    }
  });

  // --- any model: its tensors ---

  function size(shape) { return shape.reduce((product, each) => product * each, 1); }

  function tensorInput(tensor, id) {
    // Where a model leaves height and width open, a small picture.
    const shape = tensor.shape.map((each, i) => (each >= 0 ? Number(each) : tensor.shape.length === 4 && i >= 2 ? 64 : 1));
    const shapeInput = el('input', { class: 'form-control', id: id + '-shape', value: shape.join(', ') });
    const values = el('textarea', { class: 'form-control tensor-values', id, rows: 3, spellcheck: 'false' });
    const wanted = () => shapeInput.value.split(/[,×x ]+/).filter(Boolean).map(Number);
    const fill = (make) => { const count = size(wanted()); values.value = count > 2000000 ? '' : JSON.stringify(Array.from({ length: count }, make)); };
    fill(() => 0);
    const whole = /INT|BOOL/.test(tensor.datatype);
    return { tensor, wanted, values, node: el('div', { class: 'tensor' }, el('b', { text: tensor.name }), el('span', { class: 'tensor-type', text: tensor.datatype }),
      el('label', { for: id + '-shape', text: t('js.shape') }), shapeInput, el('label', { for: id, text: t('js.values') }), values,
      el('button', { type: 'button', class: 'btn btn-sm', text: t('js.fill.zeros'), onclick: () => fill(() => (tensor.datatype === 'BYTES' ? '' : 0)) }),
      el('button', { type: 'button', class: 'btn btn-sm', text: t('js.fill.random'), onclick: () => fill(() => (whole ? Math.round(Math.random()) : Math.round(Math.random() * 1000) / 1000)) })) };
  }

  function tensorOutput(output) {
    const data = (output.data || []).flat(Infinity);
    const numbers = data.filter((each) => typeof each === 'number');
    const least = Math.min(...numbers.slice(0, 100000));
    const most = Math.max(...numbers.slice(0, 100000));
    const strip = svg('svg', { viewBox: '0 0 256 24', preserveAspectRatio: 'none', class: 'strip', role: 'img', 'aria-label': output.name });
    const step = Math.max(1, Math.floor(numbers.length / 256));
    for (let i = 0; i < 256 && i * step < numbers.length; i++) {
      const share = most > least ? (numbers[i * step] - least) / (most - least) : 0.5;
      strip.append(svg('rect', { x: i, y: 24 - 23 * share, width: 1, height: 1 + 23 * share, fill: '#ea580c' }));
    }
    return el('div', { class: 'tensor' }, el('b', { text: output.name }), el('span', { class: 'tensor-type', text: output.datatype }), el('span', { text: '[' + output.shape.join(' × ') + ']' }),
      numbers.length ? el('span', { class: 'text-secondary', text: 'min ' + least.toLocaleString(language) + ' · max ' + most.toLocaleString(language) }) : '',
      numbers.length > 1 ? strip : '', el('pre', { class: 'plain', tabindex: 0, text: JSON.stringify(data.slice(0, 1000)) + (data.length > 1000 ? ' …' : '') }));
  }

  function modelForm(model, index) {
    const problem = el('div', { class: 'problem', role: 'alert', hidden: true });
    const inputs = model.inputs.map((tensor, i) => tensorInput(tensor, 'tensor-' + index + '-' + i));
    const result = el('div', { class: 'tensors', 'aria-live': 'polite' });
    const form = el('form', {}, el('h3', { text: t('js.input') }), el('div', { class: 'tensors' }, ...inputs.map((each) => each.node)), el('div', { class: 'form-end' }, el('button', { type: 'submit', class: 'btn btn-primary', text: t('js.infer') })));
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        const body = { inputs: inputs.map((each) => ({ name: each.tensor.name, datatype: each.tensor.datatype, shape: each.wanted(), data: JSON.parse(each.values.value) })) };
        const response = await send('POST', endpoint + 'v2/models/' + encodeURIComponent(model.name) + '/infer', { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
        const given = await response.json();
        result.replaceChildren(el('h3', { text: t('js.output') }), ...given.outputs.map(tensorOutput));
      } catch (failure) {
        show(problem, failure instanceof SyntaxError ? new Problem({ type: 'urn:marmita:error:malformed-body', detail: t('js.json-wrong') }) : failure);
      }
    });
    return el('section', { class: 'card route' }, el('div', { class: 'card-header' }, el('h2', { class: 'card-title', text: model.name })), el('div', { class: 'card-body' }, problem, form, result));
  }

  find('load-models').addEventListener('click', async (event) => {
    const place = find('models');
    event.target.disabled = true;
    try {
      const listed = await (await send('GET', endpoint + 'v2/models')).json();
      const names = (Array.isArray(listed) ? listed : listed.models || []).map((each) => (typeof each === 'string' ? each : each.name));
      const models = await Promise.all(names.map(async (name) => (await send('GET', endpoint + 'v2/models/' + encodeURIComponent(name))).json()));
      place.replaceChildren(...models.map(modelForm));
    } catch (failure) {
      const problem = el('div', { class: 'problem', role: 'alert' });
      place.prepend(problem);
      show(problem, failure);
      event.target.disabled = false;
    }
  });
})();
