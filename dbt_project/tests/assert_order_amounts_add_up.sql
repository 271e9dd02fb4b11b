{{ config(fail_calc=failures_named('order_id')) }}

-- net is gross less refund when money moved, and nothing when it did not
select
    order_id,
    status,
    gross_amount,
    refund_amount,
    net_amount
from {{ ref('orders') }}
where
    gross_amount < 0
    or refund_amount < 0
    or (status in ('paid', 'refunded') and net_amount != gross_amount - refund_amount)
    or (status in ('unpaid', 'cancelled') and (net_amount != 0 or refund_amount != 0))
    or (net_amount < 0 and platform != 'pospal')
    or gross_amount is null
