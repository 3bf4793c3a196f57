import UPlot from 'uplot'
import type { HistorySeries } from './history-series.ts'

/** Of the size of type, as all of the page. */
const heightInRem = 17.5
/** Pixels between the agents at one evaluation, so that intervals do not cover each other. */
const apart = 6

/** Draws a line for each series with its intervals; follows the width of its box until destroyed. */
export function drawHistory(box: HTMLElement, series: HistorySeries[]): { destroy(): void } {
  const text = colourOf(box, 'var(--mantine-color-text)')
  const grid = colourOf(box, 'var(--mantine-color-default-border)')
  const colours = series.map((_, index) => colourOf(box, `var(--dot-${index % 8})`))
  const columns = series[0]?.points.map(({ evaluation }) => evaluation) ?? []
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize)
  const height = heightInRem * rem
  const font = `${0.75 * rem}px ${getComputedStyle(box).fontFamily}`
  const axis = { stroke: text, font, grid: { stroke: grid }, ticks: { stroke: grid } }
  const plot = new UPlot(
    {
      width: box.clientWidth,
      height,
      scales: { x: { time: false, range: [-0.5, columns.length - 0.5] }, y: { range: [0, 1] } },
      axes: [
        {
          ...axis,
          space: 5.625 * rem,
          incrs: [1, 2, 5, 10, 20, 50],
          values: (_plot, splits) =>
            splits.map((at) => columns[at]?.flow.version.slice(0, 8) ?? ''),
        },
        axis,
      ],
      cursor: { show: false },
      series: [
        {},
        ...series.map(({ name }) => ({
          label: name,
          // Drawn below, beside each other.
          paths: () => null,
          points: { show: false },
        })),
      ],
      hooks: { draw: [(drawn) => drawSeries(drawn, series, colours)] },
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

function drawSeries(plot: UPlot, series: HistorySeries[], colours: string[]): void {
  const { ctx } = plot
  ctx.save()
  for (const [index, { points }] of series.entries()) {
    ctx.strokeStyle = ctx.fillStyle = colours[index] ?? ''
    const shift = (index - (series.length - 1) / 2) * apart * devicePixelRatio
    const places = points.map(({ rate }, column) => placeOf(plot, rate, { column, shift }))
    ctx.lineWidth = 1.5 * devicePixelRatio
    for (const [column, place] of places.entries()) drawLine(ctx, places[column - 1], place)
    ctx.lineWidth = devicePixelRatio
    for (const place of places) drawInterval(ctx, place)
  }
  ctx.restore()
}

/** In device pixels; null where nothing was measured. */
type Place = { x: number; y: number; lower: number; upper: number } | null

function placeOf(
  plot: UPlot,
  rate: HistorySeries['points'][number]['rate'],
  { column, shift }: { column: number; shift: number },
): Place {
  if (rate?.value == null) return null
  const yOf = (value: number): number => plot.valToPos(value, 'y', true)
  return {
    x: plot.valToPos(column, 'x', true) + shift,
    y: yOf(rate.value),
    lower: yOf(rate.lower ?? rate.value),
    upper: yOf(rate.upper ?? rate.value),
  }
}

function drawLine(ctx: CanvasRenderingContext2D, from: Place | undefined, to: Place): void {
  if (from == null || to === null) return
  ctx.beginPath()
  ctx.moveTo(from.x, from.y)
  ctx.lineTo(to.x, to.y)
  ctx.stroke()
}

function drawInterval(ctx: CanvasRenderingContext2D, place: Place): void {
  if (place === null) return
  const { x, y, lower, upper } = place
  ctx.beginPath()
  ctx.moveTo(x, lower)
  ctx.lineTo(x, upper)
  ctx.stroke()
  ctx.beginPath()
  ctx.arc(x, y, 3 * devicePixelRatio, 0, 2 * Math.PI)
  ctx.fill()
}

/** A canvas takes no variables. */
function colourOf(box: HTMLElement, colour: string): string {
  const before = box.style.color
  box.style.color = colour
  const { color } = getComputedStyle(box)
  box.style.color = before
  return color
}
