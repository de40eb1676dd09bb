// Figures over time. The library comes when a page has plots, after everything else.
'use strict';
(function () {
  const { t } = window.marmita;
  const page = document.querySelector('[data-plots]');
  if (!page) return;
  const language = document.documentElement.lang;
  const charts = new Map();

  const KINDS = {
    requests: [['requests', '#ea580c', true], ['errors', '#d63939', false]],
    latency: [['p50', '#2f9e44', false], ['p95', '#ea580c', false], ['p99', '#d63939', false]],
    replicas: [['replicas', '#1c7ed6', true]],
  };

  function colours() {
    const style = getComputedStyle(document.documentElement);
    return { text: style.getPropertyValue('--tblr-secondary-color').trim(), grid: style.getPropertyValue('--tblr-border-color').trim() };
  }

  function number(value) {
    return value === null || value === undefined ? '–' : value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 2 : 0 });
  }

  function label(name) {
    return name.startsWith('p') ? name : t('js.series.' + name);
  }

  function chart(canvas, kind) {
    const { text, grid } = colours();
    return new window.Chart(canvas, {
      type: 'line',
      data: { labels: [], datasets: KINDS[kind].map(([name, colour, fill]) => ({
        label: label(name), data: [], borderColor: colour, backgroundColor: colour + '2e', fill, borderWidth: 2, pointRadius: kind === 'latency' ? 2 : 0, pointHitRadius: 8, cubicInterpolationMode: 'monotone', spanGaps: kind === 'latency', stepped: kind === 'replicas' })) },
      options: {
        animation: false, maintainAspectRatio: false, interaction: { mode: 'index', intersect: false },
        plugins: { legend: { display: KINDS[kind].length > 1, position: 'bottom', labels: { color: text, boxWidth: 10, boxHeight: 2 } } },
        scales: {
          x: { ticks: { color: text, maxTicksLimit: 4, maxRotation: 0 }, grid: { display: false } },
          y: { beginAtZero: true, suggestedMax: kind === 'replicas' ? 1 : undefined, ticks: { color: text, maxTicksLimit: 4, precision: kind === 'replicas' ? 0 : undefined }, grid: { color: grid } },
        },
      },
    });
  }

  function draw(figures) {
    const clock = figures.at.map((at) => new Date(at * 1000).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' }));
    page.querySelectorAll('[data-plot]').forEach((canvas) => {
      const kind = canvas.dataset.plot;
      if (!charts.has(kind)) charts.set(kind, chart(canvas, kind));
      const drawn = charts.get(kind);
      drawn.data.labels = clock;
      KINDS[kind].forEach(([name], i) => { drawn.data.datasets[i].data = figures[name]; });
      drawn.update('none');
      const last = figures.at.length - 1;
      const now = canvas.closest('figure').querySelector('[data-plot-now]');
      if (last < 0) return;
      const asked = figures.requests.some((each) => each > 0);
      now.textContent = kind === 'replicas' || asked
        ? t('js.plot.now', KINDS[kind].map(([name]) => label(name) + ' ' + number(figures[name][last])).join(' · '))
        : t('js.plot.none');
      canvas.setAttribute('aria-label', canvas.closest('figure').querySelector('figcaption').textContent.trim() + ': ' + now.textContent);
    });
  }

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(page.dataset.plots, { headers: { Accept: 'application/json' } });
      if (answer.ok) draw(await answer.json());
    } catch (offline) { /* the page says so already */ }
  }

  const script = document.createElement('script');
  script.src = document.querySelector('meta[name=assets]').content + '/chart.js';
  script.onload = () => {
    refresh();
    setInterval(refresh, 5000);
    document.addEventListener('visibilitychange', refresh);
    document.addEventListener('marmita:theme', () => { charts.forEach((each) => each.destroy()); charts.clear(); refresh(); });
  };
  document.head.append(script);
})();
