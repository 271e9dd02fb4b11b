with

wxpay_bills as (

    select * from {{ ref('stg_wxpay__bills') }}

),

alipay_bills as (

    select * from {{ ref('stg_alipay__bills') }}

),

wxpay as (

    select
        'wxpay_bill' as source,
        wxpay_txn_id as txn_id,
        merchant_order_no,
        'wechat:' || merchant_order_no as own_order_id,
        case
            when txn_state = 'SUCCESS' then 'payment'
            when
                txn_state in ('REFUND', 'REVOKED')
                and coalesce(refund_state, 'SUCCESS') in ('SUCCESS', 'PROCESSING')
                then 'refund'
            else 'other'
        end as kind,
        case
            when txn_state = 'SUCCESS' then coalesce(order_amount, settle_amount)
            when txn_state = 'REVOKED' and coalesce(refund_amount, 0) = 0 then order_amount
            else coalesce(nullif(refund_amount, 0), txn_refund_amount)
        end as amount,
        appid,
        openid,
        occurred_at,
        _source_file,
        _line_number
    from wxpay_bills

),

-- Taobao tells Alipay its order number behind a prefix such as T200P
alipay as (

    select
        'alipay_bill' as source,
        alipay_txn_id as txn_id,
        {{ regexp_replace_all('merchant_order_no', '^T[0-9]+P', '') }} as merchant_order_no,
        case
            when {{ regexp_like('merchant_order_no', '^T[0-9]+P[0-9]+$') }}
                then {{ regexp_replace_all('merchant_order_no', '^T[0-9]+P', 'taobao:') }}
            else 'pospal:' || merchant_order_no
        end as own_order_id,
        case
            when txn_type like '%退款%' then 'refund'
            when txn_type like '%交易%' then 'payment'
            else 'other'
        end as kind,
        abs(order_amount) as amount,
        cast(null as string) as appid,
        cast(null as string) as openid,
        occurred_at,
        _source_file,
        _line_number
    from alipay_bills

),

final as (

    select * from wxpay
    union all
    select * from alipay

)

select * from final
