import type { Quad } from '../schema/document.ts'

/**
 * A word as it is printed, in the frame of its own text: `left` to `right` along the baseline,
 * `bottom` to `top` across it, whatever way the text is turned on the page.
 */
export type PageWord = {
  text: string
  left: number
  right: number
  bottom: number
  top: number
  /** Quarter turns of the text, counter-clockwise. */
  turn: 0 | 1 | 2 | 3
  fontSize: number
  bold: boolean
  /** White space stands between this word and the one before it in the file's own order. */
  spaceBefore: boolean
}

/** Page coordinates → the frame of text that is turned by `turn` quarters, and back. */
export function turnPoint([x, y]: [number, number], turn: PageWord['turn']): [number, number] {
  switch (turn) {
    case 0:
      return [x, y]
    case 1:
      return [y, -x]
    case 2:
      return [-x, -y]
    case 3:
      return [-y, x]
  }
}

/** The word's box on the page, in quad-point order as its reader sees it. */
export function quadOf({ left, right, bottom, top, turn }: PageWord): Quad {
  const back = ({ 0: 0, 1: 3, 2: 2, 3: 1 } as const)[turn]
  const corner = (x: number, y: number): [number, number] => {
    const [u, v] = turnPoint([x, y], back)
    return [round(u), round(v)]
  }
  return [
    ...corner(left, top),
    ...corner(right, top),
    ...corner(left, bottom),
    ...corner(right, bottom),
  ]
}

/** A hundredth of a point is less than anyone can see; adding 0 turns -0 into 0. */
function round(value: number): number {
  return Math.round(value * 100) / 100 + 0
}
