with

source as (

    select * from {{ source('landing', 'wecom_send_result') }}

),

newest as (

    {{ dedupe('source', key=['external_userid', 'staff_userid', 'chat_id', 'sent_at']) }}

),

final as (

    select
        ---------- ids
        cast(external_userid as string) as external_userid,
        cast(staff_userid as string) as staff_userid,
        cast(chat_id as string) as chat_id,

        ---------- numbers
        cast(send_status as bigint) as send_status,

        ---------- timestamps
        cast(sent_at as timestamp) as sent_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
