import UPlot from 'uplot'
import type { HistorySeries } from './history-series.ts'

const height = 280
/** Pixels between the agents at one evaluation, so that intervals do not cover each other. */
const apart = 6

/** Draws a line for each series with its intervals; follows the width of its box until destroyed. */
export function drawHistory(box: HTMLElement, series: HistorySeries[]): { destroy(): void } {
  const text = colourOf(box, 'var(--mantine-color-text)')
  const grid = colourOf(box, 'var(--mantine-color-default-border)')
  const colours = series.map((_, index) => colourOf(box, `var(--dot-${index % 8})`))
  const columns = series[0]?.points.map(({ evaluation }) => evaluation) ?? []
  const axis = { stroke: text, grid: { stroke: grid }, ticks: { stroke: grid } }
  const plot = new UPlot(
    {
      width: box.clientWidth,
      height,
      scales: { x: { time: false, range: [-0.5, columns.length - 0.5] }, y: { range: [0, 1] } },
      axes: [
        {
          ...axis,
          space: 90,
          incrs: [1, 2, 5, 10, 20, 50],
          values: (_plot, splits) =>
            splits.map((at) => columns[at]?.flow.version.slice(0, 8) ?? ''),
        },
        axis,
      ],
      cursor: { show: false },
      series: [
        {},
        ...series.map(({ name }, index) => ({
          label: name,
          stroke: colours[index] ?? text,
          width: 1.5,
          points: { show: false },
        })),
      ],
      hooks: { draw: [(drawn) => drawIntervals(drawn, series, colours)] },
    },
    [columns.map((_, index) => index), ...series.map(valuesOf)],
    box,
  )
  const observer = new ResizeObserver(() => plot.setSize({ width: box.clientWidth, height }))
  observer.observe(box)
  return {
    destroy() {
      observer.disconnect()
      plot.destroy()
    },
  }
}

function valuesOf({ points }: HistorySeries): (number | null)[] {
  return points.map(({ rate }) => rate?.value ?? null)
}

function drawIntervals(plot: UPlot, series: HistorySeries[], colours: string[]): void {
  const { ctx } = plot
  const scale = devicePixelRatio
  ctx.save()
  ctx.lineWidth = scale
  for (const [index, { points }] of series.entries()) {
    ctx.strokeStyle = ctx.fillStyle = colours[index] ?? ''
    const shift = (index - (series.length - 1) / 2) * apart * scale
    for (const [column, { rate }] of points.entries()) {
      if (rate?.value == null) continue
      const x = plot.valToPos(column, 'x', true) + shift
      const y = (value: number): number => plot.valToPos(value, 'y', true)
      ctx.beginPath()
      ctx.moveTo(x, y(rate.lower ?? rate.value))
      ctx.lineTo(x, y(rate.upper ?? rate.value))
      ctx.stroke()
      ctx.beginPath()
      ctx.arc(x, y(rate.value), 3 * scale, 0, 2 * Math.PI)
      ctx.fill()
    }
  }
  ctx.restore()
}

/** A canvas takes no variables. */
function colourOf(box: HTMLElement, colour: string): string {
  const before = box.style.color
  box.style.color = colour
  const { color } = getComputedStyle(box)
  box.style.color = before
  return color
}
