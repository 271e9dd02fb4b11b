with

source as (

    select * from {{ source('landing', 'channels_order') }}

),

newest as (

    {{ dedupe('source', key=['order_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast('wechat:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(openid as string) as openid,
        cast(unionid as string) as unionid,
        cast(wxpay_txn_id as string) as wxpay_txn_id,
        cast(live_id as string) as live_id,
        cast(finder_id as string) as finder_id,
        cast(sharer_openid as string) as sharer_openid,
        cast(sharer_unionid as string) as sharer_unionid,

        ---------- text
        cast(receiver_name_masked as string) as receiver_name_masked,
        cast(receiver_phone as string) as receiver_phone,
        cast(province as string) as province,
        cast(city as string) as city,
        cast(items as string) as items,
        cast(aftersale as string) as aftersale,

        ---------- numbers
        cast(status as bigint) as status,
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(goods_amount as decimal(18, 2)) as goods_amount,
        cast(freight_amount as decimal(18, 2)) as freight_amount,
        cast(discount_amount as decimal(18, 2)) as discount_amount,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(paid_at as timestamp) as paid_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
