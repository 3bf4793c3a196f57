/** What a change must show before it may replace what is in production. */
export interface GatePolicy {
  /** Of the F score that is compared; 0.5 counts a false alarm as worse than a miss. */
  beta: number
  /** The loss that is still acceptable, in points of F as a share (0.03 = 3 points). */
  margin: number
  /** One-sided risk of passing a candidate that is worse by the margin. */
  alphaPass: number
  /** One-sided risk of failing a candidate that got no worse. */
  alphaFail: number
  minDocs: number
  /** Below so many issues an agent's own difference says nothing. */
  minAgentIssues: number
  maxErrorRate: number
  /** The least lower bound of the precision of an agent that has no baseline. */
  newAgentFloor: number
}

export const defaultPolicy: GatePolicy = {
  beta: 0.5,
  margin: 0.03,
  alphaPass: 0.05,
  alphaFail: 0.025,
  minDocs: 20,
  minAgentIssues: 30,
  maxErrorRate: 0.02,
  newAgentFloor: 0.5,
}
