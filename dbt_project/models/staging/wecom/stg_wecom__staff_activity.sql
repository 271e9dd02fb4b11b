with

source as (

    select * from {{ source('landing', 'wecom_staff_activity') }}

),

newest as (

    {{ dedupe('source', key=['stat_at']) }}

),

final as (

    select
        ---------- numbers
        cast(chat_count as bigint) as chat_count,
        cast(message_count as bigint) as message_count,
        cast(reply_percentage as decimal(18, 6)) as reply_percentage,
        cast(avg_reply_minutes as decimal(18, 6)) as avg_reply_minutes,
        cast(negative_feedback_count as bigint) as negative_feedback_count,
        cast(new_apply_count as bigint) as new_apply_count,
        cast(new_contact_count as bigint) as new_contact_count,

        ---------- timestamps
        cast(stat_at as timestamp) as stat_at,

        ---------- lineage
        _source_file,
        _line_number,
        _content_hash,
        _loaded_at,
        _exported_at
    from newest

)

select * from final
