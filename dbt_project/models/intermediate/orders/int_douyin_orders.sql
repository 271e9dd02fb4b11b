with

exports as (

    select * from {{ ref('int_douyin_exported_orders') }}

),

api_orders as (

    select * from {{ ref('stg_douyin__api_orders') }}

),

-- 1 unpaid, 4 cancelled, 21/22/39 refunded before and after sending and after receipt
api_classified as (

    select
        *,
        case
            when status = 1 then 'unpaid'
            when status = 4 and paid_at is null then 'cancelled'
            else 'paid'
        end as order_status,
        status in (21, 22, 39) or (status = 4 and paid_at is not null) as is_refunded
    from api_orders

),

joined as (

    select
        coalesce(exports.order_id, api_classified.order_id) as order_id,
        coalesce(exports.source_order_id, api_classified.source_order_id) as source_order_id,
        case
            when exports.order_id is null then 'douyin_order_api' else 'douyin_order'
        end as source,
        exports.order_id is null
        or coalesce(api_classified.updated_at > exports.exported_at, false) as is_api_newer,
        exports.status as export_status,
        exports.status_word,
        exports.is_status_known,
        exports.refund_amount,
        api_classified.order_status as api_status,
        cast(api_classified.status as string) as api_status_word,
        api_classified.status in (1, 2, 3, 4, 5, 21, 22, 39, 101, 103, 105)
            as is_api_status_known,
        api_classified.is_refunded,
        coalesce(
            exports.gross_amount,
            case
                when api_classified.order_status = 'paid' then api_classified.paid_amount
                else coalesce(nullif(api_classified.paid_amount, 0), api_classified.order_amount)
            end
        ) as gross_amount,
        coalesce(exports.ordered_at, api_classified.created_at) as ordered_at,
        coalesce(exports.paid_at, api_classified.paid_at) as paid_at
    from exports
    full outer join api_classified on exports.order_id = api_classified.order_id

),

final as (

    select
        order_id,
        'douyin' as platform,
        source_order_id,
        source,
        case when is_api_newer then api_status else export_status end as status,
        case when is_api_newer then api_status_word else status_word end as status_word,
        cast(gross_amount as decimal(18, 2)) as gross_amount,
        cast(
            case when is_api_newer and is_refunded then gross_amount else refund_amount end
            as decimal(18, 2)
        ) as stated_refund_amount,
        cast(null as decimal(18, 2)) as margin_amount,
        case
            when is_api_newer then is_api_status_known else is_status_known
        end as is_status_known,
        ordered_at,
        paid_at
    from joined

)

select * from final
