// Draws every figure[data-chart] with ECharts in the page's colours, again when the theme or the size changes.
(() => {
  const drawn = new Map();
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const language = document.documentElement.lang.startsWith('zh') ? 'zh-CN' : 'en';

  const short = (value) => {
    if (language === 'zh-CN') {
      if (Math.abs(value) >= 1e8) return `${+(value / 1e8).toFixed(2)}亿`;
      if (Math.abs(value) >= 1e4) return `${+(value / 1e4).toFixed(2)}万`;
    }
    return new Intl.NumberFormat(language, { notation: 'compact' }).format(value);
  };

  function themed(option, decimals) {
    const text = style('--chart-text'), line = style('--chart-line'), surface = style('--tblr-bg-surface');
    const full = new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const colours = [style('--chart-1'), style('--chart-2'), style('--chart-3'), style('--chart-4'), style('--chart-5')];
    const series = option.series.map((one) => ({
      symbolSize: 4, showSymbol: option.xAxis.data.length <= 60,
      ...(one.type === 'line' && !one.muted && option.series.length === 1 ? { areaStyle: { opacity: 0.08 } } : {}),
      ...one,
      ...(one.markLine ? { markLine: { symbol: 'none', silent: true, ...one.markLine, lineStyle: { type: 'dotted', color: text }, label: { color: text, position: 'insideEndTop' }, data: one.markLine.data } } : {}),
      ...(one.type === 'bar' ? { barMaxWidth: 28, itemStyle: { borderRadius: 2 } } : {}),
      lineStyle: one.muted ? { type: 'dashed', width: 1.5, color: style('--chart-muted') } : { width: 2 },
      ...(one.muted ? { itemStyle: { color: style('--chart-muted') }, symbol: 'none' } : {}),
    }));
    const names = { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, ...option.xAxis, axisLabel: { color: text, hideOverlap: true } };
    const sizes = { splitLine: { lineStyle: { color: line } }, nameTextStyle: { color: text, align: 'left' }, ...option.yAxis, axisLabel: { color: text, formatter: short } };
    if (option.lying) Object.assign(names, { inverse: true, axisLabel: { color: text, width: 130, overflow: 'truncate' } });
    return {
      ...option, series, color: colours, animation: false, aria: { enabled: false },
      textStyle: { fontFamily: style('--tblr-font-sans-serif') || 'sans-serif', color: text },
      grid: { left: 8, right: 22, top: 34, bottom: 4, containLabel: true },
      legend: { show: series.length > 1, top: 2, right: 8, icon: 'roundRect', itemHeight: 3, itemWidth: 16, textStyle: { color: text } },
      tooltip: { trigger: 'axis', confine: true, backgroundColor: surface, borderColor: line, textStyle: { color: text },
        valueFormatter: (value) => (value == null ? '–' : full.format(value)) },
      xAxis: option.lying ? { ...sizes, name: '' } : names,
      yAxis: option.lying ? names : sizes,
    };
  }

  function draw(figure) {
    const source = document.getElementById(figure.dataset.chart);
    const canvas = figure.querySelector('.chart-canvas');
    if (!source || !canvas || !window.echarts) return;
    drawn.get(figure)?.dispose();
    const option = JSON.parse(source.textContent);
    if (option.lying) canvas.style.height = `${Math.max(160, 54 + option.xAxis.data.length * 26 * Math.max(1, option.series.length * 0.7))}px`;
    const chart = echarts.init(canvas, null, { renderer: 'svg' });
    chart.setOption(themed(option, Number(figure.dataset.decimals)));
    drawn.set(figure, chart);
  }

  const all = () => document.querySelectorAll('figure[data-chart]').forEach(draw);
  addEventListener('DOMContentLoaded', all);
  addEventListener('resize', () => drawn.forEach((chart) => chart.resize()));
  document.addEventListener('htmx:afterSwap', all);
  document.addEventListener('htmx:after:swap', all);
  new MutationObserver(all).observe(document.documentElement, { attributes: true, attributeFilter: ['data-bs-theme'] });
})();
