// How charts look, in one place for pages and files: `opsloopChart` needs no document, so that the server draws the same
// picture (opsloop/ui/pictures). Below it what pages add: draws every figure[data-chart], again when theme or size change.
globalThis.opsloopChart = (() => {
  const short = (language) => (value) => {
    if (language === 'zh-CN') {
      if (Math.abs(value) >= 1e8) return `${+(value / 1e8).toFixed(2)}亿`;
      if (Math.abs(value) >= 1e4) return `${+(value / 1e4).toFixed(2)}万`;
    }
    return new Intl.NumberFormat(language, { notation: 'compact' }).format(value);
  };

  // option: plain JSON; look: {language, font, text, line, surface, muted, colours}.
  function themed(option, decimals, look) {
    const { language, text, line, surface, muted } = look;
    const full = new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const series = option.series.map((one) => ({
      symbolSize: 4, showSymbol: option.xAxis.data.length <= 60,
      ...(one.type === 'line' && !one.muted && option.series.length === 1 ? { areaStyle: { opacity: 0.08 } } : {}),
      ...one,
      ...(one.markLine ? { markLine: { symbol: 'none', silent: true, ...one.markLine, lineStyle: { type: 'dotted', color: text }, label: { color: text, position: 'insideEndTop' }, data: one.markLine.data } } : {}),
      ...(one.type === 'bar' ? { barMaxWidth: 28, itemStyle: { borderRadius: 2 } } : {}),
      lineStyle: one.muted ? { type: 'dashed', width: 1.5, color: muted } : { width: 2 },
      ...(one.muted ? { itemStyle: { color: muted }, symbol: 'none' } : {}),
    }));
    const names = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, ...option.xAxis, axisLabel: { color: text, hideOverlap: true } };
    const sizes = { splitLine: { lineStyle: { color: line } }, nameTextStyle: { color: text, align: 'left' }, ...option.yAxis, axisLabel: { color: text, formatter: short(language) } };
    if (option.lying) Object.assign(names, { inverse: true, axisLabel: { color: text, width: 130, overflow: 'truncate' } });
    return {
      ...option, series, color: look.colours, animation: false, aria: { enabled: false },
      textStyle: { fontFamily: look.font, color: text },
      grid: { left: 8, right: 22, top: 34, bottom: 4, containLabel: true },
      legend: { show: series.length > 1, top: 2, right: 8, icon: 'roundRect', itemHeight: 3, itemWidth: 16, textStyle: { color: text } },
      tooltip: { trigger: 'axis', confine: true, backgroundColor: surface, borderColor: line, textStyle: { color: text },
        valueFormatter: (value) => (value == null ? '–' : full.format(value)) },
      xAxis: option.lying ? { ...sizes, name: '' } : names,
      yAxis: option.lying ? names : sizes,
    };
  }

  // Bars from left to right need room for each; everything else is as high as its place. 0: as high as its place.
  function height(option) {
    const bars = option.xAxis.data.length * Math.max(1, option.series.length * 0.7);
    return option.lying ? Math.max(160, 54 + bars * 26) : 0;
  }

  return { themed, height };
})();

if (globalThis.document) (() => {
  const drawn = new Map();
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const look = () => ({
    language: document.documentElement.lang.startsWith('zh') ? 'zh-CN' : 'en',
    font: style('--tblr-font-sans-serif') || 'sans-serif',
    text: style('--chart-text'), line: style('--chart-line'), surface: style('--tblr-bg-surface'), muted: style('--chart-muted'),
    colours: [1, 2, 3, 4, 5].map((n) => style(`--chart-${n}`)),
  });

  function draw(figure) {
    const source = document.getElementById(figure.dataset.chart);
    const canvas = figure.querySelector('.chart-canvas');
    if (!source || !canvas || !window.echarts) return;
    drawn.get(figure)?.dispose();
    const option = JSON.parse(source.textContent);
    const height = opsloopChart.height(option);
    if (height) canvas.style.height = `${height}px`;
    const chart = echarts.init(canvas, null, { renderer: 'svg' });
    chart.setOption(opsloopChart.themed(option, Number(figure.dataset.decimals), look()));
    drawn.set(figure, chart);
  }

  const all = () => document.querySelectorAll('figure[data-chart]').forEach(draw);
  addEventListener('DOMContentLoaded', all);
  addEventListener('resize', () => drawn.forEach((chart) => chart.resize()));
  document.addEventListener('htmx:after:swap', all);
  new MutationObserver(all).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
})();
