with

stated as (

    select * from {{ ref('int_orders_stated') }}

),

payments as (

    select * from {{ ref('int_payments_settled') }}

),

evidenced as (

    select
        stated.*,
        -- a payment in the bill outweighs an export taken before it
        stated.status = 'paid' or payments.paid_amount is not null as is_paid,
        case
            when stated.status = 'cancelled' and coalesce(payments.refund_amount, 0) = 0
                then stated.gross_amount
            when payments.refund_amount > coalesce(stated.stated_refund_amount, 0)
                then payments.refund_amount
            else coalesce(stated.stated_refund_amount, 0)
        end as evident_refund_amount,
        coalesce(stated.paid_at, payments.paid_at) as evident_paid_at
    from stated
    left join payments on stated.order_id = payments.order_id

),

settled as (

    select
        *,
        -- goods brought back to a till are an order of their own without a gross amount
        case
            when not is_paid then 0
            when platform = 'pospal' and gross_amount = 0 then evident_refund_amount
            else least(evident_refund_amount, gross_amount)
        end as settled_refund_amount
    from evidenced

),

final as (

    select
        ---------- ids
        cast(order_id as string) as order_id,
        cast(platform as string) as platform,
        cast(source_order_id as string) as source_order_id,
        cast(source as string) as source,

        ---------- text
        case
            when not is_paid then status
            when settled_refund_amount > 0 and settled_refund_amount >= gross_amount
                then 'refunded'
            else 'paid'
        end as status,
        cast(status_word as string) as status_word,

        ---------- numbers
        cast(gross_amount as decimal(18, 2)) as gross_amount,
        cast(settled_refund_amount as decimal(18, 2)) as refund_amount,
        cast(
            case when is_paid then gross_amount - settled_refund_amount else 0 end
            as decimal(18, 2)
        ) as net_amount,
        -- null: the cost is unknown
        cast(
            case
                when not is_paid and margin_amount is not null then 0
                -- what was refunded had the margin of the rest: nobody tells of which item it was
                when gross_amount > 0
                    then margin_amount * (gross_amount - settled_refund_amount) / gross_amount
                else margin_amount
            end as decimal(18, 2)
        ) as margin_amount,

        ---------- booleans
        is_status_known,

        ---------- dates
        -- Pinduoduo tells the time of payment only, but begins its order numbers with the day
        coalesce(
            {{ business_date('ordered_at') }},
            case
                when platform = 'pdd' and {{ regexp_like('source_order_id', '^[0-9]{6}-') }}
                    then
                        try_cast(
                            '20' || substr(source_order_id, 1, 2)
                            || '-' || substr(source_order_id, 3, 2)
                            || '-' || substr(source_order_id, 5, 2) as date
                        )
            end
        ) as order_date,

        ---------- timestamps
        cast(ordered_at as timestamp) as ordered_at,
        cast(evident_paid_at as timestamp) as paid_at
    from settled

)

select * from final
