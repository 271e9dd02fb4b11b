with

mini_program as (

    select *
    from (
        select
            *,
            row_number() over (partition by order_id order by {{ newest_first() }}) as order_rank
        from {{ ref('stg_wxapp__orders') }}
    ) as ranked
    where order_rank = 1

),

youzan_transactions as (

    select * from {{ ref('int_youzan_transactions') }}

),

bill_refunds as (

    select distinct order_id
    from {{ ref('int_payments_matched') }}
    where kind = 'refund'

),

-- state 5 says "refunded" without an amount: the bill knows it, and only without a bill it is all
final as (

    select
        mini_program.order_id,
        mini_program.source_order_id,
        'wxapp_order' as source,
        case
            when mini_program.paid_at is null and mini_program.order_state != 5 then 'unpaid'
            else 'paid'
        end as status,
        cast(mini_program.order_state as string) as status_word,
        mini_program.paid_amount as gross_amount,
        case
            when mini_program.order_state = 5 and bill_refunds.order_id is null
                then mini_program.paid_amount
        end as stated_refund_amount,
        mini_program.order_state in (1, 2, 3, 4, 5) as is_status_known,
        coalesce(mini_program.created_at, mini_program.paid_at) as ordered_at,
        mini_program.paid_at
    from mini_program
    left join bill_refunds on mini_program.order_id = bill_refunds.order_id
    left join youzan_transactions on mini_program.wxpay_txn_id = youzan_transactions.wxpay_txn_id
    -- a trade of Youzan paid in the mini-program is told by Youzan, item by item
    where youzan_transactions.order_id is null

)

select * from final
