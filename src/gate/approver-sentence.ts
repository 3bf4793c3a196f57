/** What the three verdicts mean, for who decides. @param margin a share: 0.03 is 3 points */
export function approverSentence(margin: number): string {
  const points = Number((100 * margin).toFixed(2))
  const inWords = points === 1 ? '1 point' : `${points} points`
  return `PASS means we are 95 % sure that overall quality (F0.5) is at most ${inWords} below what is in production and below the anchor version, and no single agent looks broken; FAIL means we are 97.5 % sure something got materially worse; anything else is CAN'T TELL and needs your decision.`
}
