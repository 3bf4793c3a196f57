-- Evaluations by their split: mistakes of hidden splits quote hidden examples.
select guard_by_split('evaluations');
select guard_by_parent('evaluation_runs', 'evaluation', 'evaluations');
select guard_by_parent('evaluation_details', 'evaluation', 'evaluations');
