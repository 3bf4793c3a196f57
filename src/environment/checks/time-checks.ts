import { setTimeout } from 'node:timers/promises'
import { type Check, fail, pass } from '../check.ts'

/** In milliseconds. Leases of jobs last ten seconds, so clocks must differ by much less. */
const differenceAtMost = 2000
const sampleFor = 200
const stepAtMost = 100

const clock: Check = {
  name: 'clock',
  needs: ['tables'],
  async run({ tables, now }) {
    const step = await stepOfClock(now)
    if (Math.abs(step) > stepAtMost) {
      return fail(
        `This machine's clock moved by ${timeInWords(step)} against its steady counter while it was watched.`,
        'Let one time service (chrony, systemd-timesyncd) keep the clock, slowly, and nothing else.',
      )
    }
    const { health } = await tables()
    const before = now()
    const times = await health.clock()
    const after = now()
    // While the answer was on its way any time may have been the store's.
    const difference = times.now - Math.min(Math.max(times.now, before), after)
    if (Math.abs(difference) > differenceAtMost) {
      return fail(
        `The clock of the store differs from this machine's by ${timeInWords(difference)}.`,
        'Let a time service set both clocks.',
      )
    }
    const ahead = times.newest - after
    if (ahead > differenceAtMost) {
      return fail(
        `The store has a time that is ${timeInWords(ahead)} in the future: a clock was set back, or another server's is ahead.`,
        'Let a time service set the clocks of all servers, and wait until that time has passed.',
      )
    }
    return pass(`The clocks of store and machine agree to ${timeInWords(after - before)}.`)
  },
}

/** How far the clock moved more than the time that passed. */
async function stepOfClock(now: () => number): Promise<number> {
  const start = { clock: now(), counter: performance.now() }
  await setTimeout(sampleFor)
  return now() - start.clock - (performance.now() - start.counter)
}

export function timeInWords(milliseconds: number): string {
  const size = Math.abs(milliseconds)
  return size < 1000 ? `${Math.round(size)} ms` : `${(size / 1000).toFixed(1)} s`
}

const timeZone: Check = {
  name: 'time-zone',
  needs: ['store'],
  async run({ store, env }) {
    const own = env['TZ']
    if (own !== undefined && own !== '' && !isTimeZone(own)) {
      return fail(
        `TZ=${own.slice(0, 60)} is no time zone, and programs differ in what they make of it.`,
        'Unset TZ, or set it to UTC or a name like Europe/Berlin.',
      )
    }
    const { zone, zoneless } = await (await store()).health.timeZone()
    if (zoneless.length > 0 && !isUtc(zone)) {
      return fail(
        `The database's time zone is ${zone}, and times in ${zoneless.slice(0, 3).join(', ')} have no zone of their own.`,
        `Set the time zone of the role to UTC: alter role … set timezone = 'UTC'.`,
      )
    }
    return pass(`Times are kept in UTC; the database's zone is ${zone}.`)
  },
}

function isUtc(zone: string): boolean {
  return /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal|Greenwich)$/i.test(zone)
}

/** As POSIX has it, a colon may come first. */
function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name.replace(/^:/, '') }))
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

export const timeChecks: Check[] = [clock, timeZone]
