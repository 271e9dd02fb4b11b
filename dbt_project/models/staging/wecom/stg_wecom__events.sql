with

source as (

    select * from {{ source('landing', 'wecom_event') }}

),

newest as (

    {{
        dedupe(
            'source',
            key=['event', 'change_type', 'external_userid', 'staff_userid', 'chat_id', 'occurred_at']
        )
    }}

),

final as (

    select
        ---------- ids
        cast(corp_id as string) as corp_id,
        cast(staff_userid as string) as staff_userid,
        cast(external_userid as string) as external_userid,
        cast(chat_id as string) as chat_id,

        ---------- text
        cast(event as string) as event_name,
        cast(change_type as string) as change_type,
        cast(state as string) as state,
        cast(transfer_source as string) as transfer_source,
        cast(update_detail as string) as update_detail,
        cast(changed_members as string) as changed_members,

        ---------- numbers
        cast(join_scene as bigint) as join_scene,
        cast(quit_scene as bigint) as quit_scene,

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
