import { useEffect, useEffectEvent, useMemo, useRef, useState, type RefObject } from 'react'
import type { Painter } from './create-painter.ts'
import type { PageBox, Rectangle, Rotation } from './page-geometry.ts'
import classes from './pdf-view.module.css'

/** More device pixels than this in one canvas, and only what is in sight is painted. */
const mostPixels = 16_000_000

type Props = {
  painter: Painter
  box: PageBox
  /** CSS pixels a point. */
  scale: number
  scroller: RefObject<HTMLDivElement | null>
  onRotation: (page: number, rotation: Rotation) => void
  onFailed: () => void
}

/** One page's picture. The old one is stretched until the new one is painted. */
export function PageCanvas({ painter, box, scale, scroller, onRotation, onFailed }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [shown, setShown] = useState<Rectangle | null>(null)
  const ratio = window.devicePixelRatio
  const whole = box.width * box.height * ratio * ratio <= mostPixels
  const part = usePartInSight(scroller, box, whole)
  const { number } = box

  const show = useEffectEvent((painted: Awaited<ReturnType<Painter['paint']>>) => {
    if (painted === null || canvas.current === null) return
    if (painted === 'failed') return onFailed()
    canvas.current.width = painted.bitmap.width
    canvas.current.height = painted.bitmap.height
    canvas.current.getContext('bitmaprenderer')?.transferFromImageBitmap(painted.bitmap)
    setShown(shareOf(part, box))
    onRotation(number, painted.rotation)
  })
  useEffect(() => {
    const abort = new AbortController()
    const [x, y] = [Math.floor(part.x * ratio), Math.floor(part.y * ratio)]
    const [width, height] = [Math.round(part.width * ratio), Math.round(part.height * ratio)]
    const job = { page: number, scale: scale * ratio, x, y, width, height }
    void painter.paint(job, abort.signal).then((painted) => {
      if (!abort.signal.aborted) show(painted)
    })
    return () => abort.abort()
  }, [painter, number, scale, ratio, part])

  const place = shown ?? { x: 0, y: 0, width: 1, height: 1 }
  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      data-painted={shown !== null}
      aria-hidden="true"
      style={{
        left: `${place.x * 100}%`,
        top: `${place.y * 100}%`,
        width: `${place.width * 100}%`,
        height: `${place.height * 100}%`,
      }}
    />
  )
}

function shareOf(part: Rectangle, box: PageBox): Rectangle {
  return {
    x: part.x / box.width,
    y: part.y / box.height,
    width: part.width / box.width,
    height: part.height / box.height,
  }
}

/** The page, or of a page that is too large for one canvas what is in sight and some around it. */
function usePartInSight(
  scroller: RefObject<HTMLDivElement | null>,
  box: PageBox,
  whole: boolean,
): Rectangle {
  const [part, setPart] = useState<Rectangle | null>(null)
  useEffect(() => {
    const element = scroller.current
    if (whole || element === null) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = (): void => setPart(partInSight(element, box))
    const later = (): void => {
      clearTimeout(timer)
      timer = setTimeout(look, 120)
    }
    later()
    element.addEventListener('scroll', later, { passive: true })
    return () => {
      clearTimeout(timer)
      element.removeEventListener('scroll', later)
    }
  }, [scroller, box, whole])
  return useMemo(() => (whole || part === null ? wholeOf(box) : part), [whole, part, box])
}

function wholeOf({ width, height }: PageBox): Rectangle {
  return { x: 0, y: 0, width, height }
}

function partInSight(element: HTMLElement, box: PageBox): Rectangle {
  const { scrollTop, scrollLeft, clientWidth, clientHeight } = element
  const x = Math.max(0, scrollLeft - clientWidth / 4)
  const y = Math.max(0, Math.min(scrollTop - box.top - clientHeight / 4, box.height - 1))
  const width = Math.min(clientWidth * 1.5, box.width - x)
  const height = Math.min(clientHeight * 1.5, box.height - y)
  return { x, y, width: Math.max(1, width), height: Math.max(1, height) }
}
