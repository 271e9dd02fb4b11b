with

source as (

    select * from {{ source('landing', 'wxapp_order') }}

),

newest as (

    {{ dedupe('source', key=['wxpay_txn_id']) }}

),

final as (

    select
        ---------- ids
        cast('wechat:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(wxpay_txn_id as string) as wxpay_txn_id,
        cast(mp_openid as string) as mp_openid,
        cast(merchant_id as string) as merchant_id,

        ---------- text
        cast(item_title as string) as item_title,
        cast(shipping as string) as shipping,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(order_state as bigint) as order_state,

        ---------- timestamps
        cast(paid_at as timestamp) as paid_at,
        cast(created_at as timestamp) as created_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
