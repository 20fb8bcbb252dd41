// Charts beside tables that say the same, and the print button.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const data = JSON.parse(place.dataset.chart);
  const chart = echarts.init(place);
  const draw = () => {
    // Names stand beside lying bars where there is no room below standing ones.
    const lying = place.clientWidth < 600;
    const names = { type: "category", data: data.labels, inverse: lying, axisLabel: { interval: 0, rotate: lying || data.labels.length < 9 ? 0 : 40, color: "#1b2430" } };
    const values = { type: "value", name: data.unit, axisLabel: { color: "#1b2430" }, nameTextStyle: { color: "#1b2430" } };
    chart.setOption(
      {
        animation: false,
        color: ["#8fb3dd", "#1f4e8c"],
        // The HTML tooltip writes style attributes, which the content policy forbids.
        tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
        legend: { top: 0 },
        grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
        xAxis: lying ? values : names,
        yAxis: lying ? names : values,
        series: data.series.map((s) => ({ type: "bar", name: s.name, data: s.values, barMaxWidth: 28 })),
      },
      true,
    );
  };
  draw();
  addEventListener("resize", () => {
    chart.resize();
    draw();
  });
}
