/**
 * What comparing one output may cost, in steps: about as many as it takes, whatever the machine does besides. So an
 * output is too much work always or never.
 */
export type Work = {
  /** @throws TooMuchWork when it is over the limit */
  spend(steps: number): void
}

export class TooMuchWork extends Error {}

export function createWork(most: number): Work {
  let left = most
  return {
    spend(steps) {
      left -= steps
      if (left < 0) throw new TooMuchWork(`It takes more than ${most} steps.`)
    },
  }
}

/** Of what is trusted. */
export const unlimited: Work = { spend() {} }
