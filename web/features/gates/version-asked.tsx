/** The version that somebody asked the gate about. */
export function VersionAsked({ gate }: { gate: { candidate: string; again: boolean } }) {
  return (
    <>
      <code title={gate.candidate}>{gate.candidate.slice(0, 12)}</code>
      {gate.again && ', another look'}
    </>
  )
}
