import type { Walls } from './gate-settings.ts'

/** As tables say it; nothing is known of what ran before walls were recorded. */
export function wallsInWords(walls: Walls | null): string {
  return walls === null ? 'not recorded' : `${walls.isolation}, ${walls.boundary}`
}
