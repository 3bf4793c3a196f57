import type { CheckResult, DoctorReport } from './doctor.ts'

/** A check that came out otherwise; null: it was not there. */
export type DoctorChange = { name: string; before: CheckResult | null; now: CheckResult | null }

type Checks = Pick<DoctorReport, 'checks'>

/** What differs between two reports of an environment, in the order of the newer one. */
export function changesBetween(before: Checks, now: Checks): DoctorChange[] {
  const earlier = new Map(before.checks.map(({ name, result }) => [name, result]))
  const later = new Map(now.checks.map(({ name, result }) => [name, result]))
  const names = new Set([...later.keys(), ...earlier.keys()])
  return [...names].flatMap((name) => {
    const change = { name, before: earlier.get(name) ?? null, now: later.get(name) ?? null }
    return change.before === change.now ? [] : [change]
  })
}

const verbs: Record<CheckResult, string> = { pass: 'passes', fail: 'fails', skipped: 'is skipped' }

/** `backup fails`, `queue passes`, `model:judge is gone`. */
export function changeInWords({ name, now }: DoctorChange): string {
  return `${name} ${now === null ? 'is gone' : verbs[now]}`
}
