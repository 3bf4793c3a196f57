/** Shown on the page of the API: from the link that the start prints to the numbers. A test runs it. */
export const apiLoop = `# Once: sign in with the link that the start printed, and make a key. Settings on the page does it, too.
curl -s -c cookies "$LINK"
export PROOFLOOP_KEY=$(curl -s -b cookies -H "Origin: $PROOFLOOP" -H 'Content-Type: application/json' \\
  -d '{"name": "curl", "permissions": ["documents:read", "documents:upload", "reviews:read",
    "reviews:run", "verdicts:write", "agreement:read"]}' "$PROOFLOOP/api/me/keys" | jq -r .secret)
api() { curl -s -H "Authorization: Bearer $PROOFLOOP_KEY" "$@"; }

# Upload, review, and follow the review until it is complete.
DOCUMENT=$(api -F file=@report.pdf "$PROOFLOOP/api/documents" | jq -r .sha256)
REVIEW=$(api -H 'Content-Type: application/json' -d "{\\"document\\": \\"$DOCUMENT\\"}" "$PROOFLOOP/api/reviews" | jq -r .id)
api -N "$PROOFLOOP/api/reviews/$REVIEW/events?until=complete"

# Judge an issue; then the numbers.
ISSUE=$(api "$PROOFLOOP/api/reviews/$REVIEW/issues" | jq -r '.issues[0].issue.id')
api -H 'Content-Type: application/json' -d '{"version": 0, "judgement": {"kind": "accepted"}}' \\
  "$PROOFLOOP/api/reviews/$REVIEW/issues/$ISSUE/verdicts"
api "$PROOFLOOP/api/agents"`
