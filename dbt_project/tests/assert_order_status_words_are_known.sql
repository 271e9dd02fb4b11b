{{ config(severity='warn') }}

-- an order in a status that no rule names counts as paid: look at the word and extend the rule
select
    source,
    status_word,
    count(*) as order_count
from {{ ref('int_orders_unified') }}
where not is_status_known
group by source, status_word
