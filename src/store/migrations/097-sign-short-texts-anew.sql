-- Texts of up to 107 words are told by runs of three words, too, which signatures from before do not hold. Those
-- that may be of such a text go (a byte, and four for each of at most 103 runs of five words); each document
-- and hidden example without one gets it when the server starts.
delete from document_shingles where document in (
  select document from document_signatures where length(content) <= 413
);
delete from document_signatures where length(content) <= 413;
delete from example_shingles where document in (
  select document from example_signatures where length(content) <= 413
);
delete from example_signatures where length(content) <= 413;
