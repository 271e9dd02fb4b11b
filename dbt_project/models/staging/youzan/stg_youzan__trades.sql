with

source as (

    select * from {{ source('landing', 'youzan_trade') }}

),

newest as (

    {{ dedupe('source', key=['order_id'], updated_at='updated_at') }}

),

final as (

    select
        ---------- ids
        cast('youzan:' || order_id as string) as order_id,
        cast(order_id as string) as source_order_id,
        cast(yz_open_id as string) as yz_open_id,
        cast(outer_user_id as string) as outer_user_id,
        cast(buyer_id as string) as buyer_id,

        ---------- text
        cast(buyer_phone as string) as buyer_phone,
        cast(outer_transaction_ids as string) as outer_transaction_ids,
        cast(transaction_ids as string) as transaction_ids,
        cast(status as string) as status,
        cast(refund_orders as string) as refund_orders,
        cast(items as string) as items,
        cast(buyer_nickname as string) as buyer_nickname,
        cast(receiver_phone as string) as receiver_phone,
        cast(receiver_name as string) as receiver_name,
        cast(province as string) as province,
        cast(city as string) as city,

        ---------- numbers
        cast(paid_amount as decimal(18, 2)) as paid_amount,
        cast(refund_state as bigint) as refund_state,
        cast(goods_amount as decimal(18, 2)) as goods_amount,
        cast(freight_amount as decimal(18, 2)) as freight_amount,

        ---------- timestamps
        cast(created_at as timestamp) as created_at,
        cast(paid_at as timestamp) as paid_at,
        cast(updated_at as timestamp) as updated_at,
        cast(finished_at as timestamp) as finished_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
