'use strict';
const byId = id => document.getElementById(id);

fetch('/readyz').then(r => r.ok ? 'ready' : 'not ready', () => 'not reachable')
  .then(text => { byId('health').textContent = text; });

async function get(path, token) {
  const response = await fetch('/api/v1' + path, { headers: { Authorization: 'Bearer ' + token } });
  const body = await response.json();
  if (!response.ok) throw new Error(body.detail || response.statusText);
  return body;
}

async function all(path, token) {
  const items = [];
  let next = '';
  do {
    const page = await get(path + '?pageSize=200' + (next ? '&pageToken=' + encodeURIComponent(next) : ''), token);
    items.push(...page.items);
    next = page.nextPageToken;
  } while (next && items.length < 2000);
  return items;
}

function table(heads, rows, empty) {
  if (!rows.length) {
    const none = document.createElement('p');
    none.className = 'quiet';
    none.textContent = empty;
    return none;
  }
  const element = document.createElement('table');
  const row = (cells, tag) => {
    const tr = element.insertRow();
    for (const text of cells) tr.appendChild(document.createElement(tag)).textContent = text;
  };
  row(heads, 'th');
  rows.forEach(cells => row(cells, 'td'));
  return element;
}

async function show(token) {
  const status = await get('/status', token);
  const facts = byId('facts');
  facts.replaceChildren();
  for (const [name, value] of Object.entries({
    role: status.role,
    endpoints: status.gatewayUrl + '/e/…',
    schedules: status.leads ? 'yes' : 'no, another process does',
    cores: status.capacity.usedCpuMillis / 1000 + ' of ' + status.capacity.cpuMillis / 1000 + ' promised to replicas',
    memory: Math.round(status.capacity.usedMemoryBytes / 2 ** 20) + ' of ' + Math.round(status.capacity.memoryBytes / 2 ** 20) + ' MiB',
    isolation: status.capacity.isolation.join('; ') || 'none',
  })) {
    facts.appendChild(document.createElement('dt')).textContent = name;
    facts.appendChild(document.createElement('dd')).textContent = value;
  }
  const rows = [];
  let example = '';
  for (const tenant of await all('/tenants', token)) {
    for (const d of await all('/tenants/' + tenant.name + '/deployments', token)) {
      const ready = d.status.conditions.find(c => c.type === 'Ready');
      rows.push([tenant.name, d.name, d.spec.service, d.status.phase, d.status.readyReplicas, ready ? ready.message : '', d.endpoint]);
      example ||= d.endpoint;
    }
  }
  byId('deployments').replaceChildren(
    table(['tenant', 'name', 'service', 'phase', 'ready', 'what it says', 'endpoint'], rows, 'None yet.'));
  const artifacts = [];
  for (const kind of ['models', 'services'])
    for (const a of await all('/' + kind, token))
      artifacts.push([kind.slice(0, -1), a.name, a.latestVersion ?? '–', Object.entries(a.labels).map(([l, v]) => l + ' → ' + v).join(', '), a.description]);
  byId('artifacts').replaceChildren(table(['kind', 'name', 'latest', 'labels', 'description'], artifacts, 'None yet.'));
  byId('curl').textContent = example
    ? "curl -H 'Authorization: Bearer <token of the tenant>' -H 'Content-Type: image/png' --data-binary @receipt.png " + example + 'extract'
    : "curl -H 'Authorization: Bearer <token>' " + location.origin + '/api/v1/status';
  byId('state').hidden = false;
}

byId('open').addEventListener('submit', event => {
  event.preventDefault();
  byId('message').textContent = '';
  show(byId('token').value.trim()).catch(error => { byId('message').textContent = error.message; });
});
