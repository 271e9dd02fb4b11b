with

source as (

    select * from {{ source('landing', 'wecom_kf_message') }}

),

newest as (

    {{ dedupe('source', key=['msg_id']) }}

),

final as (

    select
        ---------- ids
        cast(msg_id as string) as msg_id,
        cast(kf_id as string) as kf_id,
        cast(external_userid as string) as external_userid,
        cast(event_external_userid as string) as event_external_userid,
        cast(staff_userid as string) as staff_userid,
        cast(channels_order_no as string) as channels_order_no,

        ---------- text
        cast(msg_type as string) as msg_type,
        cast(text as string) as body_text,
        cast(event_type as string) as event_type,
        cast(scene as string) as scene,

        ---------- numbers
        cast(origin as bigint) as origin,

        ---------- timestamps
        cast(occurred_at as timestamp) as occurred_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
