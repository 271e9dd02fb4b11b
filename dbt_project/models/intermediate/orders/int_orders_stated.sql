with

exported as (

    select * from {{ ref('int_taobao_orders') }}
    union all
    select * from {{ ref('int_jd_orders') }}
    union all
    select * from {{ ref('int_douyin_orders') }}
    union all
    select * from {{ ref('int_kuaishou_orders') }}
    union all
    select * from {{ ref('int_xiaohongshu_orders') }}
    union all
    select * from {{ ref('int_pdd_orders') }}
    union all
    select * from {{ ref('int_youzan_orders') }}
    union all
    select * from {{ ref('int_pospal_orders') }}
    union all
    select * from {{ ref('int_wechat_orders') }}

),

payments as (

    select
        order_id,
        min(source) as source,
        sum(case when kind = 'payment' then amount end) as paid_amount,
        min(case when kind = 'payment' then occurred_at end) as paid_at
    from {{ ref('int_payments_matched') }}
    where order_id is not null
    group by order_id

),

-- an order no export knows: only its payment tells of it
bill_orders as (

    select
        payments.order_id,
        {{ text_part('payments.order_id', ':', 1) }} as platform,
        {{ text_part('payments.order_id', ':', 2) }} as source_order_id,
        payments.source,
        'paid' as status,
        'SUCCESS' as status_word,
        payments.paid_amount as gross_amount,
        cast(null as decimal(18, 2)) as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        true as is_status_known,
        payments.paid_at as ordered_at,
        payments.paid_at
    from payments
    left join exported on payments.order_id = exported.order_id
    where exported.order_id is null and payments.paid_amount is not null

),

unioned as (

    select * from exported
    union all
    select * from bill_orders

),

final as (

    select
        order_id,
        platform,
        source_order_id,
        source,
        status,
        status_word,
        gross_amount,
        stated_refund_amount,
        margin_amount,
        is_status_known,
        ordered_at,
        paid_at
    from unioned

)

select * from final
