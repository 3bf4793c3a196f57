-- A test set in which little is otherwise than before goes on with the budget, the anchor and the monitor of the one
-- that it came from: what a row names. One without a row is the first of its own.
create table test_set_generations (
  test_set text primary key,
  generation text not null
);

create index test_set_generations_by_generation on test_set_generations (generation);

create trigger test_set_generations_never_change before update on test_set_generations
begin select raise(abort, 'what a test set came from never changes'); end;
create trigger test_set_generations_never_go before delete on test_set_generations
begin select raise(abort, 'what a test set came from never changes'); end;
