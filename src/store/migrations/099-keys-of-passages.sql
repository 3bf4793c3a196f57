-- Whether a text can be looked up by its passages, too (docs/decisions/089). Those signed before are found as they
-- were, and get these keys when the server starts.
alter table document_signatures add column has_passages bigint not null default 0
  check (has_passages in (0, 1));
alter table example_signatures add column has_passages bigint not null default 0
  check (has_passages in (0, 1));
